package dev.wfmbridge.sandbox;

/** What {@code POST …/agents} says of one agent. */
enum MoveResult {
    /** The agent is there, and a move brought them there. */
    ALREADY_MOVED("AlreadyMoved"),
    BUSINESS_UNIT_FULL("DestinationBusinessUnitAgentLimitExceeded"),
    MANAGEMENT_UNIT_FULL("DestinationManagementUnitAgentLimitExceeded"),
    NO_SUCH_UNIT("DestinationManagementUnitDoesNotExist"),
    MOVED("MoveSuccessful"),
    /** Another move of the agent is under way. */
    UNDER_WAY("MovingToDifferentManagementUnit"),
    /** The agent is there without a move; or was to be taken out and is in no unit. */
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
