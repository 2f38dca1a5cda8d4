/**
 * Zendesk's webhooks: an event is a hint about whose memberships to read again, never a fact. Incoming events are
 * verified, accepted once, and collected by agent; the result is the order of a pass ({@link
 * dev.wfmbridge.pass.PassOrder#forAgents}). Nothing here survives a restart: the poll finds what a hint missed.
 */
package dev.wfmbridge.events;
