/** The console: one page on the management port, and the JSON that it and scripts read (docs/reference.md, "The console"). */
package dev.wfmbridge.console;
