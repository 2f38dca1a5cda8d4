/**
 * Zendesk and Genesys on loopback: both sides of the contract in one process, for rehearsals, for tests that assert on
 * what the servers received, and for tests whose oracle is the servers' final state.
 *
 * <p>It is compiled after the bridge, into a jar of its own. Nothing in here knows the bridge; only its command, in a
 * package inside this one, does. The servers know only the two contracts, so that an error of the bridge cannot be
 * mirrored by the thing that checks it.
 */
package dev.wfmbridge.sandbox;
