package dev.wfmbridge.sandbox;

/** What the role of an organisation's client may lack; a call that needs it is answered 403. */
public enum Permission {
    READ_USERS("directory:user:view"),
    READ_SEGMENTS("wfm:userScheduleSegment:view"),
    INSERT_SEGMENTS("wfm:userScheduleSegment:add"),
    CHANGE_SEGMENTS("wfm:userScheduleSegment:edit"),
    REMOVE_SEGMENTS("wfm:userScheduleSegment:delete"),
    /** Staffing groups, and the users of a management unit: of these, {@link #VIEW_AGENTS} suffices too. */
    VIEW_STAFFING_GROUPS("wfm:staffingGroup:view"),
    EDIT_STAFFING_GROUPS("wfm:staffingGroup:edit"),
    /** Which unit an agent is in, and the users of a management unit: of these, {@link #VIEW_STAFFING_GROUPS} suffices too. */
    VIEW_AGENTS("wfm:agent:view"),
    EDIT_AGENTS("wfm:agent:edit");

    private final String published;

    Permission(String published) {
        this.published = published;
    }

    /** The name given in a 403. */
    String published() {
        return published;
    }
}
