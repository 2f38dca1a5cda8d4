/**
 * Rows kept in columns: what a pass knows of hundreds of thousands of memberships, segments and users, in a tenth of the bytes
 * that objects would take. A row is returned as an ordinary value on request.
 */
package dev.wfmbridge.compact;
