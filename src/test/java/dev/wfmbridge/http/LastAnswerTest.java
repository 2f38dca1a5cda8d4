package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastAnswerTest {

    @ParameterizedTest
    @CsvSource({
        "/api/v2/users/3f0c2a52-7f37-4a3f-8d7a-4d6a5f3c1b20, /api/v2/users/{id}",
        "/api/v2/users/6596848315901/group_memberships, /api/v2/users/{id}/group_memberships",
        "/api/v2/workforcemanagement/businessunits/bu-1/staffinggroups/sg.2, /api/v2/workforcemanagement/businessunits/{id}/staffinggroups/{id}",
        "/api/v2/job_statuses/8b726e606741012ffc2d782bcb7848fe, /api/v2/job_statuses/{id}",
        "/api/v2/wfm/userschedulesegments/agent%40example.com, /api/v2/wfm/userschedulesegments/{id}",
        "/oauth/token, /oauth/token"
    })
    void aPathKeepsItsWordsAlone(String path, String template) {
        assertThat(LastAnswer.template(path)).isEqualTo(template);
    }
}
