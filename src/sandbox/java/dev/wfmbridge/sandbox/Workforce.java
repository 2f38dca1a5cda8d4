package dev.wfmbridge.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The business units, management units and staffing groups of one organisation, and the traps that were laid in them.
 * Guarded by the monitor of its {@link World}.
 */
final class Workforce {
    /** A unit takes 1,500 agents at most (contract, {@code postWorkforcemanagementAgents}). */
    static final int UNIT_LIMIT = 1500;

    /** A business unit. */
    record BusinessUnit(String id, String name, int limit) {}

    /** A management unit. */
    record ManagementUnit(String id, String businessUnitId, String name, int limit) {}

    /** How a PATCH that adds a certain user is refused. */
    record Refusal(int status, String code) {}

    /**
     * Where an agent is. Times are nominal nanoseconds.
     *
     * @param unit {@code null}: nowhere
     * @param shown what a read shows before {@code shownAt}
     * @param moved whether an API call brought them there
     */
    private record Placement(String unit, String shown, long shownAt, boolean moved) {
        static final Placement NOWHERE = new Placement(null, null, Long.MIN_VALUE, false);

        String shown(long now) {
            return now < shownAt ? shown : unit;
        }
    }

    /** A move that is under way, and where it ends. */
    private record Move(String unit, long endsAt) {}

    private final World world;
    private final Map<String, BusinessUnit> businessUnits = new LinkedHashMap<>();
    private final Map<String, ManagementUnit> managementUnits = new LinkedHashMap<>();
    private final Map<String, StaffingGroup> staffingGroups = new LinkedHashMap<>();
    private final Map<String, Placement> placements = new HashMap<>();
    private final Map<String, Move> moves = new HashMap<>();
    private final Set<String> forbiddenUnits = new HashSet<>();
    private final Map<String, Refusal> refusals = new HashMap<>();
    private final Set<String> leftOut = new HashSet<>();
    /** By user, whether they are moved nevertheless. */
    private final Map<String, Boolean> withoutResult = new HashMap<>();

    private final Map<String, Duration> shownLate = new HashMap<>();
    private boolean unknownUnitRefusesCall;
    private boolean groupsKeepToBusinessUnit;

    Workforce(World world) {
        this.world = world;
    }

    // ---- units ----

    void addBusinessUnit(BusinessUnit unit) {
        World.require(!businessUnits.containsKey(unit.id()), "business unit %s is there already", unit.id());
        businessUnits.put(unit.id(), unit);
    }

    void addManagementUnit(ManagementUnit unit) {
        World.found(businessUnits.get(unit.businessUnitId()), "business unit", unit.businessUnitId());
        World.require(!managementUnits.containsKey(unit.id()), "management unit %s is there already", unit.id());
        managementUnits.put(unit.id(), unit);
    }

    /** Its agents are in no unit afterwards. */
    void removeManagementUnit(String id) {
        World.found(managementUnits.remove(id), "management unit", id);
        forbiddenUnits.remove(id);
        placements.values().removeIf(placement -> id.equals(placement.unit()));
    }

    Collection<BusinessUnit> businessUnits() {
        return businessUnits.values();
    }

    Collection<ManagementUnit> managementUnits() {
        return managementUnits.values();
    }

    boolean hasBusinessUnit(String id) {
        return businessUnits.containsKey(id);
    }

    Optional<ManagementUnit> managementUnit(String id) {
        return Optional.ofNullable(managementUnits.get(id));
    }

    void forbid(String unitId, boolean forbidden) {
        World.found(managementUnits.get(unitId), "management unit", unitId);
        if (forbidden) {
            forbiddenUnits.add(unitId);
        } else {
            forbiddenUnits.remove(unitId);
        }
    }

    boolean forbidden(String unitId) {
        return forbiddenUnits.contains(unitId);
    }

    void unknownUnitRefusesCall(boolean refuses) {
        unknownUnitRefusesCall = refuses;
    }

    boolean unknownUnitRefusesCall() {
        return unknownUnitRefusesCall;
    }

    // ---- agents in management units ----

    /** Somebody puts them there, or takes them out, by hand, which ends a move; limits do not apply then. */
    void place(String userId, String unitId) {
        settle();
        if (unitId != null) {
            World.found(managementUnits.get(unitId), "management unit", unitId);
        }
        moves.remove(userId);
        placements.put(userId, new Placement(unitId, unitId, Long.MIN_VALUE, false));
    }

    /** What a reading shows. */
    Optional<ManagementUnit> unitOf(String userId) {
        settle();
        String unit = placements.getOrDefault(userId, Placement.NOWHERE).shown(world.now());
        return unit == null ? Optional.empty() : managementUnit(unit);
    }

    /** What a reading shows, sorted by id. */
    Set<String> usersOf(String unitId) {
        settle();
        long now = world.now();
        Set<String> users = new TreeSet<>();
        placements.forEach((user, placement) -> {
            if (unitId.equals(placement.shown(now))) {
                users.add(user);
            }
        });
        return users;
    }

    /** @param toUnitId where they are when it ends; {@code null}: in no unit */
    void moveUnderWay(String userId, String toUnitId, Duration duration) {
        settle();
        if (toUnitId != null) {
            World.found(managementUnits.get(toUnitId), "management unit", toUnitId);
        }
        moves.put(userId, new Move(toUnitId, world.now() + duration.toNanos()));
    }

    /** One that comes to nothing. */
    void moveUnderWay(String userId, Duration duration) {
        settle();
        moveUnderWay(userId, placements.getOrDefault(userId, Placement.NOWHERE).unit(), duration);
    }

    void omitResult(String userId, boolean movedNevertheless) {
        withoutResult.put(userId, movedNevertheless);
    }

    void tellResult(String userId) {
        withoutResult.remove(userId);
    }

    void showMovesLate(String userId, Duration lag) {
        shownLate.put(userId, lag);
    }

    /**
     * Moves an agent if that is possible.
     *
     * @param destination {@code null}: out of their unit
     * @return empty: no result is given for them
     */
    Optional<MoveResult> move(String userId, String destination) {
        Boolean movedNevertheless = withoutResult.get(userId);
        if (movedNevertheless == null) {
            return Optional.of(moved(userId, destination));
        }
        if (movedNevertheless) {
            moved(userId, destination);
        }
        return Optional.empty();
    }

    private MoveResult moved(String userId, String destination) {
        settle();
        ManagementUnit to = managementUnits.get(destination);
        Placement from = placements.getOrDefault(userId, Placement.NOWHERE);
        if (destination != null && to == null) {
            return MoveResult.NO_SUCH_UNIT;
        }
        if (moves.containsKey(userId)) {
            return MoveResult.UNDER_WAY;
        }
        if (Objects.equals(from.unit(), destination)) {
            return destination != null && from.moved() ? MoveResult.ALREADY_MOVED : MoveResult.NOTHING_TO_DO;
        }
        if (forbidden(from.unit())) {
            return MoveResult.SOURCE_FORBIDDEN;
        }
        if (to != null && count(to) >= to.limit()) {
            return MoveResult.MANAGEMENT_UNIT_FULL;
        }
        if (to != null && fullFor(from, businessUnits.get(to.businessUnitId()))) {
            return MoveResult.BUSINESS_UNIT_FULL;
        }
        long now = world.now();
        Duration lag = shownLate.getOrDefault(userId, Duration.ZERO);
        placements.put(userId, new Placement(destination, from.shown(now), now + lag.toNanos(), true));
        return MoveResult.MOVED;
    }

    private long count(ManagementUnit unit) {
        return placements.values().stream()
                .filter(placement -> unit.id().equals(placement.unit()))
                .count();
    }

    private boolean fullFor(Placement from, BusinessUnit unit) {
        return !within(from, unit.id())
                && placements.values().stream()
                                .filter(placement -> within(placement, unit.id()))
                                .count()
                        >= unit.limit();
    }

    private boolean within(Placement placement, String businessUnitId) {
        ManagementUnit unit = managementUnits.get(placement.unit());
        return unit != null && unit.businessUnitId().equals(businessUnitId);
    }

    /** Ends the moves whose time is over. */
    private void settle() {
        long now = world.now();
        for (String user : List.copyOf(moves.keySet())) {
            Move move = moves.get(user);
            if (move.endsAt() <= now) {
                moves.remove(user);
                String unit = managementUnits.containsKey(move.unit()) ? move.unit() : null;
                placements.put(user, new Placement(unit, unit, Long.MIN_VALUE, false));
            }
        }
    }

    // ---- staffing groups ----

    void addStaffingGroup(StaffingGroup group) {
        World.found(businessUnits.get(group.businessUnitId()), "business unit", group.businessUnitId());
        World.require(!staffingGroups.containsKey(group.id()), "staffing group %s is there already", group.id());
        if (group.managementUnitId() != null) {
            ManagementUnit unit = World.found(
                    managementUnits.get(group.managementUnitId()), "management unit", group.managementUnitId());
            World.require(
                    unit.businessUnitId().equals(group.businessUnitId()),
                    "management unit %s belongs to another business unit",
                    unit.id());
        }
        staffingGroups.put(group.id(), group);
    }

    void removeStaffingGroup(String id) {
        World.found(staffingGroups.remove(id), "staffing group", id);
    }

    StaffingGroup staffingGroup(String id) {
        return World.found(staffingGroups.get(id), "staffing group", id);
    }

    Optional<StaffingGroup> staffingGroup(String businessUnitId, String id) {
        return Optional.ofNullable(staffingGroups.get(id))
                .filter(group -> group.businessUnitId().equals(businessUnitId));
    }

    List<StaffingGroup> staffingGroupsOf(String businessUnitId) {
        return staffingGroups.values().stream()
                .filter(group -> group.businessUnitId().equals(businessUnitId))
                .toList();
    }

    /** A person adds or takes out a user; no new version if there is nothing to do. */
    void change(String groupId, String userId, boolean member) {
        StaffingGroup group = staffingGroup(groupId);
        Set<String> users = new TreeSet<>(group.users());
        if (member ? users.add(userId) : users.remove(userId)) {
            staffingGroups.put(groupId, group.with(group.name(), users));
        }
    }

    /** The group after a PATCH: without those who are silently left out, unless they were in it before. */
    StaffingGroup replace(StaffingGroup group, String name, Collection<String> users) {
        List<String> kept = new ArrayList<>(users);
        kept.removeIf(user -> leftOut.contains(user) && !group.users().contains(user));
        StaffingGroup next = group.with(name, kept);
        staffingGroups.put(next.id(), next);
        return next;
    }

    void refuse(String userId, Refusal refusal) {
        refusals.put(userId, refusal);
    }

    void accept(String userId) {
        refusals.remove(userId);
        leftOut.remove(userId);
    }

    void leaveOut(String userId) {
        leftOut.add(userId);
    }

    Optional<Refusal> refusal(String userId) {
        return Optional.ofNullable(refusals.get(userId));
    }

    void groupsKeepToBusinessUnit(boolean keep) {
        groupsKeepToBusinessUnit = keep;
    }

    /** Whether the agent's management unit allows them into the group. */
    boolean fits(StaffingGroup group, String userId) {
        settle();
        Placement placement = placements.getOrDefault(userId, Placement.NOWHERE);
        if (group.managementUnitId() != null) {
            return group.managementUnitId().equals(placement.unit());
        }
        return !groupsKeepToBusinessUnit || within(placement, group.businessUnitId());
    }
}
