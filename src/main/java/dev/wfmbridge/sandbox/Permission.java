package dev.wfmbridge.sandbox;

/** What the role of an organisation's client may lack; a call that needs it is answered 403. */
public enum Permission {
    READ_USERS,
    READ_SEGMENTS,
    INSERT_SEGMENTS,
    CHANGE_SEGMENTS,
    REMOVE_SEGMENTS
}
