/**
 * Zendesk's webhooks: an event is a hint whose memberships to read again, never a fact. What comes in is verified, taken once, and collected
 * by agent; what goes out is the order of a pass ({@link dev.wfmbridge.pass.PassOrder#forAgents}). Nothing here is kept over a restart: the
 * poll finds what a hint missed.
 */
package dev.wfmbridge.events;
