package dev.wfmbridge.sandbox;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An organisation's units and staffing groups as people change them and see them. The methods that change something return this, so that
 * they can be chained.
 */
public final class WorkforceByHand {

    private final World world;
    private final Workforce workforce;

    WorkforceByHand(World world, Workforce workforce) {
        this.world = world;
        this.workforce = workforce;
    }

    private WorkforceByHand changes(Runnable change) {
        synchronized (world) {
            change.run();
        }
        return this;
    }

    /** The world that they are in, to go on with another organisation. */
    public World world() {
        return world;
    }

    /** Adds a business unit without a limit. */
    public WorkforceByHand addBusinessUnit(String id, String name) {
        return addBusinessUnit(id, name, Integer.MAX_VALUE);
    }

    /**
     * Adds a business unit.
     *
     * @param limit agents that its management units take together; does not hold for {@link #putInManagementUnit}
     */
    public WorkforceByHand addBusinessUnit(String id, String name, int limit) {
        return changes(() -> workforce.addBusinessUnit(new Workforce.BusinessUnit(id, name, limit)));
    }

    /** Adds a management unit, which takes 1,500 agents. */
    public WorkforceByHand addManagementUnit(String businessUnitId, String id, String name) {
        return addManagementUnit(businessUnitId, id, name, Workforce.UNIT_LIMIT);
    }

    /**
     * Adds a management unit.
     *
     * @param limit agents that it takes; does not hold for {@link #putInManagementUnit}
     */
    public WorkforceByHand addManagementUnit(String businessUnitId, String id, String name, int limit) {
        return changes(
                () -> workforce.addManagementUnit(new Workforce.ManagementUnit(id, businessUnitId, name, limit)));
    }

    /** Removes a management unit; its agents are in no unit then. Staffing groups stay as they are. */
    public WorkforceByHand removeManagementUnit(String unitId) {
        return changes(() -> workforce.removeManagementUnit(unitId));
    }

    /** Adds a staffing group, version 1, that takes any user (but see {@link #staffingGroupsKeepToBusinessUnit}). */
    public WorkforceByHand addStaffingGroup(String businessUnitId, String id, String name) {
        return addStaffingGroup(businessUnitId, id, name, null);
    }

    /**
     * Adds a staffing group, version 1.
     *
     * @param unitId the management unit whose agents alone may join (400 for others; current members stay);
     *     {@code null}: none
     */
    public WorkforceByHand addStaffingGroup(String businessUnitId, String id, String name, String unitId) {
        return changes(() -> workforce.addStaffingGroup(StaffingGroup.of(id, businessUnitId, name, unitId)));
    }

    /** Removes a staffing group. */
    public WorkforceByHand removeStaffingGroup(String groupId) {
        return changes(() -> workforce.removeStaffingGroup(groupId));
    }

    /** A person adds a user, who need not exist: the version is one higher, unless the user is in the group already. */
    public WorkforceByHand addStaffingGroupMember(String groupId, String userId) {
        return changes(() -> workforce.change(groupId, userId, true));
    }

    /** A person takes a user out: the version is one higher, unless the user is not in the group. */
    public WorkforceByHand removeStaffingGroupMember(String groupId, String userId) {
        return changes(() -> workforce.change(groupId, userId, false));
    }

    /**
     * Each PATCH that would add this user to a staffing group is refused as a whole, without saying who is at
     * fault. A current member stays without refusal.
     *
     * @param status 400 to 499, such as 400, 404 or 409
     * @param code such as wfm.validation.failure, wfm.entity.not.found or request.conflict
     */
    public WorkforceByHand refuseInStaffingGroup(String userId, int status, String code) {
        World.require(status >= 400 && status < 500, "a refusal is 400 to 499: %d", status);
        return changes(() -> workforce.refuse(userId, new Workforce.Refusal(status, code)));
    }

    /** Each PATCH that would add this user is answered 200, and the user is silently left out. */
    public WorkforceByHand leaveOutOfStaffingGroup(String userId) {
        return changes(() -> workforce.leaveOut(userId));
    }

    /** Ends {@link #refuseInStaffingGroup} and {@link #leaveOutOfStaffingGroup}. */
    public WorkforceByHand acceptInStaffingGroup(String userId) {
        return changes(() -> workforce.accept(userId));
    }

    /** Whether a staffing group without a management unit takes only agents of its business unit; at first it does not. */
    public WorkforceByHand staffingGroupsKeepToBusinessUnit(boolean keep) {
        return changes(() -> workforce.groupsKeepToBusinessUnit(keep));
    }

    /** Somebody puts a user, who need not exist, into a management unit, and so takes them out of another. */
    public WorkforceByHand putInManagementUnit(String unitId, String userId) {
        return changes(() -> workforce.place(userId, Objects.requireNonNull(unitId)));
    }

    /** A move of this user is under way, so that each other one gets MovingToDifferentManagementUnit; it comes to nothing. */
    public WorkforceByHand moveUnderWay(String userId, Duration duration) {
        return changes(() -> workforce.moveUnderWay(userId, duration));
    }

    /** As {@link #moveUnderWay(String, Duration)}, but at its end the user is in this unit. */
    public WorkforceByHand moveUnderWay(String userId, String toUnitId, Duration duration) {
        return changes(() -> workforce.moveUnderWay(userId, Objects.requireNonNull(toUnitId), duration));
    }

    /**
     * No POST returns a result for this user from now on.
     *
     * @param moved whether they are moved nevertheless
     */
    public WorkforceByHand omitMoveResult(String userId, boolean moved) {
        return changes(() -> workforce.omitResult(userId, moved));
    }

    /** Ends {@link #omitMoveResult}. */
    public WorkforceByHand tellMoveResult(String userId) {
        return changes(() -> workforce.tellResult(userId));
    }

    /**
     * A move of this user is answered MoveSuccessful, and no read shows it before the lag is over; a second POST to the
     * same unit gets AlreadyMoved in the meantime.
     */
    public WorkforceByHand showMovesLate(String userId, Duration lag) {
        return changes(() -> workforce.showMovesLate(userId, lag));
    }

    /**
     * The client is not authorised for this unit: it is listed, its users cannot be read (403), its agents cannot be moved
     * (SourceManagementUnitNotAuthorized), and nobody can be moved into it (403 for the whole call). Where an agent is remains visible.
     */
    public WorkforceByHand forbidUnit(String unitId) {
        return changes(() -> workforce.forbid(unitId, true));
    }

    /** Ends {@link #forbidUnit}. */
    public WorkforceByHand allowUnit(String unitId) {
        return changes(() -> workforce.forbid(unitId, false));
    }

    /**
     * Whether a move to a unit that does not exist is refused as a whole (404 wfm.management.unit.not.found); at first it
     * is answered 202 with DestinationManagementUnitDoesNotExist for each agent. The contract has both.
     */
    public WorkforceByHand unknownUnitRefusesCall(boolean refuses) {
        return changes(() -> workforce.unknownUnitRefusesCall(refuses));
    }

    /** The users of a staffing group at this moment. */
    public Set<String> staffingGroupMembers(String groupId) {
        synchronized (world) {
            return workforce.staffingGroup(groupId).users();
        }
    }

    /** The version of a staffing group at this moment. */
    public int staffingGroupVersion(String groupId) {
        synchronized (world) {
            return workforce.staffingGroup(groupId).version();
        }
    }

    /** The id of the management unit that a reading shows the user in at this moment; empty: in none. */
    public Optional<String> managementUnitOf(String userId) {
        synchronized (world) {
            return workforce.unitOf(userId).map(Workforce.ManagementUnit::id);
        }
    }

    /** The users that a reading of the management unit shows at this moment. */
    public Set<String> managementUnitMembers(String unitId) {
        synchronized (world) {
            World.found(workforce.managementUnit(unitId).orElse(null), "management unit", unitId);
            return workforce.usersOf(unitId);
        }
    }
}
