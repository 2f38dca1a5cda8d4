package dev.wfmbridge.mapping;

/**
 * Where an entry puts its people.
 *
 * @param target {@code userschedulesegments}, {@code staffinggroup} {@code managementunit}, or {@code x-NAME}
 * @param id the id of the schedule, staffing group, management unit, or place of a target {@code x-NAME}
 * @param businessUnitId of a staffing group, else null
 */
public record Place(String target, String id, String businessUnitId) {}
