package dev.wfmbridge.mapping;

/**
 * Where an entry puts its members.
 *
 * @param target the name of its target
 * @param id its id in reports, ledger and letters
 * @param within the id of what contains it, if its own id is not enough; else null
 */
public record Place(String target, String id, String within) {

    /** What the bridge knows about such places. */
    public Target kind() {
        return Targets.installed().of(target);
    }
}
