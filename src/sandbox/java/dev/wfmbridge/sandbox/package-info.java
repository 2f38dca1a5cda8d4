/**
 * Zendesk and Genesys on loopback: both sides of the contract in one process, for rehearsals, for tests that assert on
 * what the servers received, and for tests whose oracle is the servers' final state.
 *
 * <p>Nothing in here knows the bridge. The servers know only the two contracts, so that an error of the bridge cannot be
 * mirrored by the thing that checks it.
 */
package dev.wfmbridge.sandbox;
