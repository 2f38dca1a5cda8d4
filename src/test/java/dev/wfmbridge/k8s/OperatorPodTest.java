package dev.wfmbridge.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubernetes.client.openapi.models.V1Pod;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The pod beside the CronJob sees what the CronJob's own pods see, and may do no more. */
class OperatorPodTest {

    private static JsonNode spec(ObjectNode pod) {
        return pod.at("/spec");
    }

    private static Set<String> names(JsonNode list) {
        return new TreeSet<>(list.findValuesAsText("name"));
    }

    @Test
    void thePodIsTheCronJobsButForItsArguments() throws Exception {
        Overlay operator = Overlay.build(Path.of("k8s/overlays/operator"));
        Overlay cronJob = Overlay.build(Path.of("k8s/overlays/cronjob"));
        ObjectNode pod = operator.one("Pod");
        JsonNode job = cronJob.one("CronJob").at("/spec/jobTemplate/spec/template/spec");

        assertThatCode(() -> V1Pod.validateJsonElement(com.google.gson.JsonParser.parseString(pod.toString())))
                .doesNotThrowAnyException();
        for (String same : new String[] {
            "/volumes",
            "/securityContext",
            "/restartPolicy",
            "/automountServiceAccountToken",
            "/enableServiceLinks",
            "/terminationGracePeriodSeconds",
            "/containers/0/image",
            "/containers/0/workingDir",
            "/containers/0/securityContext",
            "/containers/0/resources",
            "/containers/0/volumeMounts"
        }) {
            assertThat(spec(pod).at(same)).as(same).isEqualTo(job.at(same)).isNotNull();
        }
        // The CronJob's own limit for a pass is meaningless here; everything else, secrets included, is the same.
        Set<String> variables = names(job.at("/containers/0/env"));
        variables.remove("POLL_MAX_PASS");
        assertThat(names(spec(pod).at("/containers/0/env"))).isEqualTo(variables);
        assertThat(Overlay.texts(spec(pod).at("/containers/0/args"))).containsExactly("replay");
    }

    @Test
    void whatItMountsIsWhatTheCronJobMounts() throws Exception {
        Overlay operator = Overlay.build(Path.of("k8s/overlays/operator"));
        Overlay cronJob = Overlay.build(Path.of("k8s/overlays/cronjob"));

        assertThat(operator.objects().stream().filter(object -> !"Pod".equals(Overlay.kind(object))))
                .containsExactlyInAnyOrderElementsOf(cronJob.objects().stream()
                        .filter(object -> !"CronJob".equals(Overlay.kind(object)))
                        .toList());
    }
}
