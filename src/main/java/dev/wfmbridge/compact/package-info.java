/**
 * Rows kept in columns: what a pass knows of hundreds of thousands of memberships, segments and users, in bytes where objects would
 * take ten times as many. A row is handed out as an ordinary value when somebody asks for it.
 */
package dev.wfmbridge.compact;
