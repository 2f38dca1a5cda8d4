package dev.wfmbridge.mapping;

/**
 * Where an entry puts its people.
 *
 * @param target {@code userschedulesegments}, {@code staffinggroup} or {@code managementunit}
 * @param id the id of the schedule, staffing group or management unit
 * @param businessUnitId of a staffing group, else null
 */
public record Place(String target, String id, String businessUnitId) {}
