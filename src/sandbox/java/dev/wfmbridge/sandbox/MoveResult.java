package dev.wfmbridge.sandbox;

/** What {@code POST …/agents} says of one agent. */
enum MoveResult {
    /** He is there, and a move brought him there. */
    ALREADY_MOVED("AlreadyMoved"),
    BUSINESS_UNIT_FULL("DestinationBusinessUnitAgentLimitExceeded"),
    MANAGEMENT_UNIT_FULL("DestinationManagementUnitAgentLimitExceeded"),
    NO_SUCH_UNIT("DestinationManagementUnitDoesNotExist"),
    MOVED("MoveSuccessful"),
    /** Another move of him is under way. */
    UNDER_WAY("MovingToDifferentManagementUnit"),
    /** He is there, and no move brought him there; or he was to be taken out and is in no unit. */
    NOTHING_TO_DO("NothingToDo"),
    SOURCE_FORBIDDEN("SourceManagementUnitNotAuthorized");

    private final String published;

    MoveResult(String published) {
        this.published = published;
    }

    String published() {
        return published;
    }
}
