package dev.wfmbridge.target.staffinggroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.mapping.Place;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last safeguard of a staffing group: no PATCH that would remove anybody is ever made. */
class PatchTest {

    private static final Place PLACE = new Place("staffinggroup", "group", "business");

    @Test
    @DisplayName("a PATCH that lacks any member of the reading is refused by our own code")
    void refused() {
        StaffingGroups.Reading reading = new StaffingGroups.Reading(Set.of("ann", "ben"), 7);
        assertThatThrownBy(() -> StaffingGroups.patch(PLACE, reading, List.of("ann", "cid")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(StaffingGroups.patch(PLACE, reading, List.of("ann", "ben", "cid"))
                        .getBody())
                .isEqualTo("{\"userIds\":{\"values\":[\"ann\",\"ben\",\"cid\"]},\"metadata\":{\"version\":7}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"metadata\":{\"version\":1}}",
                "{\"users\":{},\"metadata\":{\"version\":1}}",
                "{\"users\":[{\"id\":7}],\"metadata\":{\"version\":1}}",
                "{\"users\":[]}",
                "{\"users\":[],\"metadata\":{\"version\":null}}",
                "{\"users\":[],\"metadata\":{\"version\":\"1\"}}",
                "{\"users\":[],\"metadata\":{\"version\":1.5}}",
                "{\"users\":[],\"version\":1}"
            })
    @DisplayName("an answer without users or version is no reading")
    void noReading(String json) throws Exception {
        assertThat(StaffingGroups.Reading.of(new ObjectMapper().readTree(json))).isNull();
    }
}
