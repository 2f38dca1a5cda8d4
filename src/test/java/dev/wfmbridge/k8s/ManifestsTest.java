package dev.wfmbridge.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each folder of {@code k8s/} produces, and what can be checked without a cluster. */
class ManifestsTest {
    private static final Path FOLDER = Path.of("k8s");
    private static final String OPERATORS_LABEL = "camel.apache.org/integration";

    @ParameterizedTest
    @CsvSource({
        "overlays/standalone, ConfigMap ConfigMap Deployment NetworkPolicy PersistentVolumeClaim",
        "overlays/webhook, ConfigMap ConfigMap Deployment Ingress NetworkPolicy NetworkPolicy PersistentVolumeClaim Service",
        "overlays/kafka, ConfigMap ConfigMap NetworkPolicy NetworkPolicy PodDisruptionBudget Service StatefulSet",
        "overlays/cronjob, ConfigMap ConfigMap CronJob NetworkPolicy PersistentVolumeClaim",
        "overlays/camel-k, ConfigMap ConfigMap Integration NetworkPolicy PersistentVolumeClaim",
        "monitoring, ConfigMap PodMonitor"
    })
    void makesWhatItSaysAndNothingThatItsKindDoesNotKnow(String folder, String kinds) throws Exception {
        Overlay overlay = overlay(folder);

        assertThat(overlay.objects().stream().map(Overlay::kind).sorted().collect(Collectors.joining(" ")))
                .isEqualTo(kinds);
        for (ObjectNode object : overlay.objects()) {
            assertThatCode(() -> Strictly.check(object))
                    .as("%s of %s", Overlay.kind(object), folder)
                    .doesNotThrowAnyException();
            assertThat(object.at("/metadata").has("namespace")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "overlays/standalone, Deployment, /spec/template/spec/containers/0/livenessProbe",
        "overlays/standalone, Deployment, /spec/template/spec/volumes/0",
        "overlays/standalone, NetworkPolicy, /spec/ingress/0",
        "overlays/standalone, PersistentVolumeClaim, /spec",
        "overlays/standalone, ConfigMap, /metadata",
        "overlays/webhook, Ingress, /spec/rules/0",
        "overlays/webhook, Service, /spec/ports/0",
        "overlays/kafka, StatefulSet, /spec",
        "overlays/kafka, StatefulSet, /spec/template/spec/topologySpreadConstraints/0",
        "overlays/kafka, PodDisruptionBudget, /spec",
        "overlays/cronjob, CronJob, /spec/jobTemplate/spec",
        "overlays/camel-k, Integration, /spec/traits/health",
        "overlays/camel-k, Integration, /spec/template/spec/containers/0/securityContext",
        "monitoring, PodMonitor, /spec/podMetricsEndpoints/0"
    })
    void aMisspeltFieldIsRefused(String folder, String kind, String where) throws Exception {
        ObjectNode object = overlay(folder).objects().stream()
                .filter(o -> kind.equals(Overlay.kind(o)))
                .findFirst()
                .orElseThrow();
        ((ObjectNode) object.at(where)).put("misspelt", "x");

        assertThatThrownBy(() -> Strictly.check(object)).hasMessageContaining("misspelt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "overlays/standalone",
                "overlays/webhook",
                "overlays/kafka",
                "overlays/cronjob",
                "overlays/camel-k",
                "monitoring"
            })
    void kubectlMakesTheSame(String folder, @TempDir Path temp) throws Exception {
        // Only a comparison: the other tests build each overlay by themselves, with or without kubectl.
        assumeTrue(
                Tool.runs(temp, List.of("kubectl", "kustomize", "--help"), "--load-restrictor"),
                "There is no kubectl with kustomize (1.21 or later); Debian 13 has it as kubernetes-client.");
        Tool.Result built = Tool.run(
                temp,
                List.of(
                        "kubectl",
                        "kustomize",
                        "--load-restrictor",
                        "LoadRestrictionsNone",
                        FOLDER.resolve(folder).toString()));
        assertThat(built.status()).as(built.output()).isZero();

        Map<String, JsonNode> theirs = new TreeMap<>();
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(built.output())
                .forEachRemaining(object -> theirs.put(Overlay.kind(object) + " " + Overlay.name(object), object));

        List<ObjectNode> ours = overlay(folder).objects();
        assertThat(ours)
                .extracting(object -> Overlay.kind(object) + " " + Overlay.name(object))
                .containsExactlyInAnyOrderElementsOf(theirs.keySet());
        for (ObjectNode object : ours) {
            JsonNode other = theirs.get(Overlay.kind(object) + " " + Overlay.name(object));
            // The texts are long: only whether they are equal.
            assertThat(object.equals(other))
                    .as("%s is the same", Overlay.name(object))
                    .isTrue();
        }
    }

    @Test
    void everyFileIsPartOfSomething() throws Exception {
        TreeSet<Path> known = new TreeSet<>();
        for (String folder : List.of(
                "overlays/standalone",
                "overlays/webhook",
                "overlays/kafka",
                "overlays/cronjob",
                "overlays/camel-k",
                "monitoring")) {
            known.addAll(overlay(folder).files());
        }
        for (String file : List.of(
                "rules.yaml",
                "rules.test.yaml",
                "rules-days.test.yaml",
                "rules-cronjob.yaml",
                "rules-cronjob.test.yaml",
                "prometheus-rule.head.yaml")) {
            known.add(FOLDER.resolve("monitoring").resolve(file));
        }
        known.addAll(overlay("overlays/operator").files());
        known.add(FOLDER.resolve("README.md"));
        known.add(FOLDER.resolve("overlays/camel-k/README.md"));

        try (Stream<Path> files = Files.walk(FOLDER)) {
            assertThat(files.filter(Files::isRegularFile)).allMatch(known::contains);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/standalone", "overlays/kafka", "overlays/cronjob", "overlays/camel-k"})
    void whatIsEditedIsWhatRuns(String folder) throws Exception {
        Overlay overlay = overlay(folder);

        for (String part : List.of("routes", "config")) {
            JsonNode data = configMap(overlay, "wfm-bridge-" + part).path("data");
            assertThat(data.size()).isPositive();
            try (Stream<Path> files = Files.list(Path.of(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(data.path(file.getFileName().toString()).textValue())
                            .as("%s has to be listed in k8s/base/kustomization.yaml", file)
                            .isEqualTo(Files.readString(file));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "overlays/standalone, Deployment, routes/pass.camel.yaml",
        "overlays/kafka, StatefulSet, routes/kafka/worker.camel.yaml",
        "overlays/cronjob, CronJob, config/mapping.yaml"
    })
    void anEditRollsThePod(String folder, String kind, String edited, @TempDir Path copy) throws Exception {
        for (String part : List.of("k8s", "routes", "config")) {
            copy(Path.of(part), copy.resolve(part));
        }
        JsonNode before = podOf(Overlay.build(copy.resolve("k8s").resolve(folder)), kind);
        Files.writeString(copy.resolve(edited), Files.readString(copy.resolve(edited)) + "# edited\n");
        JsonNode after = podOf(Overlay.build(copy.resolve("k8s").resolve(folder)), kind);

        assertThat(after).isNotEqualTo(before);
    }

    /** Camel K's operator rolls the pod when such a ConfigMap changes. */
    @Test
    void theOperatorWatchesWhatTheIntegrationMounts() throws Exception {
        Overlay overlay = overlay("overlays/camel-k");
        JsonNode mount = overlay.one("Integration").at("/spec/traits/mount");

        assertThat(mount.path("hotReload").booleanValue()).isTrue();
        for (String resource : Overlay.texts(mount.path("resources"))) {
            assertThat(resource).matches("configmap:[a-z-]+@/app/[a-z]+");
            JsonNode map = overlay.configMap(resource.substring("configmap:".length(), resource.indexOf('@')));
            assertThat(map.at("/metadata/labels").path(OPERATORS_LABEL).textValue())
                    .isEqualTo(Overlay.name(overlay.one("Integration")));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "overlays/standalone, Deployment, /spec/template/spec/containers/0/image",
        "overlays/kafka, StatefulSet, /spec/template/spec/containers/0/image",
        "overlays/cronjob, CronJob, /spec/jobTemplate/spec/template/spec/containers/0/image",
        "overlays/camel-k, Integration, /spec/traits/container/image"
    })
    void theImageThatIsSetIsTheOneThatRuns(String folder, String kind, String where, @TempDir Path copy)
            throws Exception {
        for (String part : List.of("k8s", "routes", "config")) {
            copy(Path.of(part), copy.resolve(part));
        }
        Path overlay = copy.resolve("k8s").resolve(folder);
        // As kustomize edit set image writes it.
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                Files.readString(overlay.resolve("kustomization.yaml"))
                        + "images:\n- name: wfm-bridge\n  newName: registry.example.com/wfm-bridge\n  newTag: 9.9.9\n");
        String image = "registry.example.com/wfm-bridge:9.9.9";

        assertThat(Overlay.build(overlay).one(kind).at(where).textValue()).isEqualTo(image);
        Tool.Result built = Tool.run(
                copy, List.of("kubectl", "kustomize", "--load-restrictor", "LoadRestrictionsNone", overlay.toString()));
        // 127: no kubectl, and then the line above is all that can be checked.
        if (built.status() != 127) {
            assertThat(built.output()).contains("image: " + image).doesNotContain("image: wfm-bridge:");
        }
    }

    /** So that an apply --prune by the label takes old ones away, and leaves those that are applied. */
    @ParameterizedTest
    @ValueSource(strings = {"overlays/standalone", "overlays/kafka", "overlays/cronjob", "overlays/camel-k"})
    void allThatIsAppliedHasTheLabel(String folder) throws Exception {
        assertThat(overlay(folder).objects()).allSatisfy(object -> assertThat(object.at("/metadata/labels")
                        .path("app.kubernetes.io/name")
                        .textValue())
                .as(Overlay.name(object))
                .isEqualTo("wfm-bridge"));
    }

    /** The operator's own defaults are too little: no port, half a processor, a minute for the start. */
    @Test
    void theIntegrationLeavesNothingToTheOperatorsDefaults() throws Exception {
        JsonNode traits = overlay("overlays/camel-k").one("Integration").at("/spec/traits");
        JsonNode container = traits.at("/container");

        assertThat(container.at("/expose").asBoolean(false)).isTrue();
        assertThat(container.at("/portName").textValue())
                .isEqualTo(overlay("monitoring")
                        .one("PodMonitor")
                        .at("/spec/podMetricsEndpoints/0/port")
                        .textValue());
        assertThat(traits.at("/service/enabled").asBoolean(true)).isFalse();
        assertThat(Integer.parseInt(container.at("/limitCPU").textValue())).isGreaterThanOrEqualTo(1);
        assertThat(traits.at("/deployment/progressDeadlineSeconds").intValue())
                .isGreaterThan(traits.at("/health/startupPeriod").intValue()
                        * traits.at("/health/startupFailureThreshold").intValue());
    }

    @Test
    void twoProcessesNeverShareTheDataFolder() throws Exception {
        JsonNode deployment = overlay("overlays/standalone").one("Deployment").at("/spec");
        JsonNode integration = overlay("overlays/camel-k").one("Integration").at("/spec");
        JsonNode cronJob = overlay("overlays/cronjob").one("CronJob").at("/spec");

        assertThat(deployment.at("/replicas").intValue()).isEqualTo(1);
        assertThat(deployment.at("/strategy/type").textValue()).isEqualTo("Recreate");
        assertThat(integration.at("/replicas").intValue()).isEqualTo(1);
        assertThat(integration.at("/traits/deployment/strategy").textValue()).isEqualTo("Recreate");
        assertThat(cronJob.at("/concurrencyPolicy").textValue()).isEqualTo("Forbid");
    }

    /** docs/scale-out.md: pods that keep their names, and store nothing that must outlive them. */
    @Test
    void theProcessesOverKafkaAreTheStandaloneOneSeveralTimes() throws Exception {
        Overlay kafka = overlay("overlays/kafka");
        JsonNode set = kafka.one("StatefulSet").at("/spec");
        JsonNode pod = set.at("/template/spec");
        JsonNode alone = podOf(overlay("overlays/standalone"), "Deployment");
        JsonNode labels = set.at("/template/metadata/labels");

        assertThat(set.at("/replicas").intValue()).isGreaterThanOrEqualTo(3);
        assertThat(set.at("/podManagementPolicy").textValue()).isEqualTo("Parallel");
        assertThat(set.has("volumeClaimTemplates")).isFalse();
        assertThat(pod.findValues("persistentVolumeClaim")).isEmpty();
        assertThat(volume(pod, "data").at("/emptyDir").isObject()).isTrue();
        assertThat(set.at("/selector/matchLabels")).isEqualTo(labels);
        assertThat(pod.at("/topologySpreadConstraints")).hasSize(2).allSatisfy(spread -> assertThat(
                        spread.at("/labelSelector/matchLabels"))
                .isEqualTo(labels));
        ObjectNode service = kafka.one("Service");
        assertThat(Overlay.name(service)).isEqualTo(set.at("/serviceName").textValue());
        assertThat(service.at("/spec/clusterIP").textValue()).isEqualTo("None");
        assertThat(service.at("/spec/selector")).isEqualTo(labels);
        JsonNode budget = kafka.one("PodDisruptionBudget").at("/spec");
        assertThat(budget.at("/selector/matchLabels")).isEqualTo(labels);
        assertThat(budget.at("/maxUnavailable").intValue()).isEqualTo(1);
        for (String same :
                List.of("image", "args", "resources", "securityContext", "livenessProbe", "readinessProbe")) {
            assertThat(container(pod).path(same))
                    .as(same)
                    .isEqualTo(container(alone).path(same));
        }
        assertThat(pod.at("/securityContext")).isEqualTo(alone.at("/securityContext"));
        for (JsonNode variable : container(alone).path("env")) {
            assertThat(container(pod).path("env")).contains(variable);
        }
        assertThat(variable(pod, "KAFKA_INSTANCE")
                        .at("/valueFrom/fieldRef/fieldPath")
                        .textValue())
                .isEqualTo("metadata.name");
    }

    @Test
    void theRoutesOfKafkaHaveNamesByWhichTheyAreKnown() throws Exception {
        JsonNode data =
                configMap(overlay("overlays/kafka"), "wfm-bridge-routes").path("data");

        try (Stream<Path> files = Files.list(Path.of("routes/kafka"))) {
            for (Path file : files.toList()) {
                assertThat(data.path("kafka-" + file.getFileName()).textValue())
                        .as("%s has to be listed in k8s/overlays/kafka/kustomization.yaml", file)
                        .isEqualTo(Files.readString(file));
            }
        }
    }

    @Test
    void theBrokersPortIsOneNumberEverywhere() throws Exception {
        Overlay kafka = overlay("overlays/kafka");
        String brokers = variable(podOf(kafka, "StatefulSet"), "KAFKA_BROKERS")
                .path("value")
                .textValue();

        assertThat(kafka.objects())
                .filteredOn(object -> Overlay.name(object).equals("wfm-bridge-kafka"))
                .singleElement()
                .satisfies(policy -> assertThat(
                                policy.at("/spec/egress/0/ports/0/port").asText())
                        .isEqualTo(brokers.substring(brokers.lastIndexOf(':') + 1)));
    }

    /** Rules distinguish processes by their instance. */
    @ParameterizedTest
    @CsvSource({
        "ReplicaSet, wfm-bridge-7d4b9c6f5d, wfm-bridge-7d4b9c6f5d-x2k9q, wfm-bridge",
        "StatefulSet, wfm-bridge, wfm-bridge-1, wfm-bridge-1"
    })
    void theInstanceOutlivesARestartAndIsNoOtherProcess(String kind, String controller, String pod, String instance)
            throws Exception {
        Map<String, String> labels = Map.of(
                "__meta_kubernetes_pod_controller_kind", kind,
                "__meta_kubernetes_pod_controller_name", controller,
                "__meta_kubernetes_pod_name", pod);
        TreeSet<String> found = new TreeSet<>();
        for (JsonNode rule : overlay("monitoring").one("PodMonitor").at("/spec/podMetricsEndpoints/0/relabelings")) {
            String source = Overlay.texts(rule.path("sourceLabels")).stream()
                    .map(labels::get)
                    .collect(Collectors.joining(";"));
            if (source.matches(rule.path("regex").textValue())) {
                found.add(source.replaceFirst(
                        rule.path("regex").textValue(), rule.path("replacement").textValue()));
            }
        }
        assertThat(found).containsExactly(instance);
    }

    private static JsonNode variable(JsonNode pod, String name) {
        return named(container(pod).path("env"), name);
    }

    private static JsonNode volume(JsonNode pod, String name) {
        return named(pod.path("volumes"), name);
    }

    private static JsonNode named(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(each -> name.equals(each.path("name").textValue()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aJobIsNotTriedAgainAndEndsInTime() throws Exception {
        JsonNode cronJob = overlay("overlays/cronjob").one("CronJob").at("/spec");
        JsonNode job = cronJob.at("/jobTemplate/spec");

        assertThat(Overlay.texts(container(job.at("/template/spec")).path("args")))
                .containsExactly("once", "--fail-on", "incomplete");
        assertThat(job.at("/backoffLimit").asInt(-1)).isZero();
        assertThat(job.at("/template/spec/restartPolicy").textValue()).isEqualTo("Never");
        assertThat(cronJob.at("/startingDeadlineSeconds").intValue()).isPositive();
        assertThat(cronJob.at("/schedule").textValue()).isEqualTo("*/15 * * * *");
        // 12 minutes for the pass and one to stop fit into the deadline, and that into the distance of two jobs.
        assertThat(container(job.at("/template/spec")).path("env").toString())
                .contains("{\"name\":\"POLL_MAX_PASS\",\"value\":\"12m\"}");
        assertThat(job.at("/activeDeadlineSeconds").intValue()).isBetween((12 + 1) * 60, 15 * 60);
    }

    @Test
    void selectorsFindThePods() throws Exception {
        Overlay standalone = overlay("overlays/standalone");
        JsonNode deployment = standalone.one("Deployment").at("/spec");
        JsonNode labels = deployment.at("/template/metadata/labels");

        assertThat(labels.size()).isPositive();
        assertThat(deployment.at("/selector/matchLabels")).isEqualTo(labels);
        assertThat(standalone.one("NetworkPolicy").at("/spec/podSelector/matchLabels"))
                .isEqualTo(labels);
        assertThat(overlay("monitoring").one("PodMonitor").at("/spec/selector/matchLabels"))
                .isEqualTo(labels);
        Overlay cronJob = overlay("overlays/cronjob");
        assertThat(cronJob.one("NetworkPolicy").at("/spec/podSelector/matchLabels"))
                .isEqualTo(cronJob.one("CronJob").at("/spec/jobTemplate/spec/template/metadata/labels"));
        // The operator labels its pods so.
        Overlay camelK = overlay("overlays/camel-k");
        assertThat(camelK.one("NetworkPolicy").at("/spec/podSelector/matchLabels"))
                .isEqualTo(new ObjectMapper()
                        .createObjectNode()
                        .put(OPERATORS_LABEL, Overlay.name(camelK.one("Integration"))));
    }

    @Test
    void theWebhooksPortIsOneNumberEverywhereAndNoneOfTheManagementPort() throws Exception {
        Overlay webhook = overlay("overlays/webhook");
        JsonNode container = container(podOf(webhook, "Deployment"));
        JsonNode port = container.at("/ports/1");

        assertThat(port.path("name").textValue()).isEqualTo("webhook");
        assertThat(container.path("env"))
                .filteredOn(variable -> variable.path("name").asText().equals("WEBHOOK_PORT"))
                .singleElement()
                .satisfies(variable -> assertThat(variable.path("value").asText())
                        .isEqualTo(port.path("containerPort").asText()));
        assertThat(webhook.one("Service").at("/spec/ports/0/targetPort").textValue())
                .isEqualTo("webhook");
        assertThat(webhook.one("Service").at("/spec/selector"))
                .isEqualTo(webhook.one("Deployment").at("/spec/template/metadata/labels"));
        assertThat(webhook.one("Ingress").at("/spec/rules/0/http/paths/0/path").textValue())
                .isEqualTo("/zendesk/events");
        assertThat(webhook.one("Ingress")
                        .at("/spec/rules/0/http/paths/0/pathType")
                        .textValue())
                .isEqualTo("Exact");
        List<ObjectNode> policies = webhook.objects().stream()
                .filter(object -> "NetworkPolicy".equals(Overlay.kind(object)))
                .toList();
        assertThat(policies)
                .extracting(policy -> policy.at("/spec/ingress/0/ports/0/port").intValue())
                .containsExactlyInAnyOrder(9876, port.path("containerPort").intValue());
    }

    @Test
    void theManagementPortIsOneNumberEverywhere() throws Exception {
        Overlay standalone = overlay("overlays/standalone");
        JsonNode container = container(podOf(standalone, "Deployment"));
        int port = container.at("/ports/0/containerPort").intValue();

        assertThat(Files.readString(Path.of("config/application.properties")))
                .contains("\ncamel.management.port={{env:CAMEL_MANAGEMENT_PORT:" + port + "}}\n");
        assertThat(container.at("/ports/0/name").textValue()).isEqualTo("management");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container.at("/" + probe + "/httpGet/port").textValue()).isEqualTo("management");
        }
        assertThat(overlay("monitoring")
                        .one("PodMonitor")
                        .at("/spec/podMetricsEndpoints/0/port")
                        .textValue())
                .isEqualTo("management");
        assertThat(standalone
                        .one("NetworkPolicy")
                        .at("/spec/ingress/0/ports/0/port")
                        .intValue())
                .isEqualTo(port);
        JsonNode traits = overlay("overlays/camel-k").one("Integration").at("/spec/traits");
        assertThat(traits.at("/container/port").intValue()).isEqualTo(port);
        assertThat(traits.at("/health/livenessProbe"))
                .isEqualTo(container.at("/livenessProbe/httpGet/path"))
                .isEqualTo(traits.at("/health/startupProbe"))
                .isEqualTo(container.at("/startupProbe/httpGet/path"));
        assertThat(traits.at("/health/readinessProbe")).isEqualTo(container.at("/readinessProbe/httpGet/path"));
    }

    @ParameterizedTest
    @CsvSource({"overlays/standalone, Deployment", "overlays/kafka, StatefulSet", "overlays/cronjob, CronJob"})
    void thePodHasNoRightsThatItDoesNotNeed(String folder, String kind) throws Exception {
        JsonNode pod = podOf(overlay(folder), kind);
        JsonNode container = container(pod);

        assertThat(pod.at("/securityContext/runAsNonRoot").booleanValue()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").intValue()).isEqualTo(10001);
        assertThat(pod.at("/securityContext/seccompProfile/type").textValue()).isEqualTo("RuntimeDefault");
        assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.at("/enableServiceLinks").asBoolean(true)).isFalse();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").booleanValue())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(Overlay.texts(container.at("/securityContext/capabilities/drop")))
                .containsExactly("ALL");
        assertThat(container.at("/resources/requests").has("cpu")).isTrue();
        assertThat(container.at("/resources/requests/memory")).isEqualTo(container.at("/resources/limits/memory"));
        assertThat(pod.at("/terminationGracePeriodSeconds").intValue()).isEqualTo(60);
    }

    @Test
    void theIntegrationHasNoRightsThatItDoesNotNeed() throws Exception {
        JsonNode spec = overlay("overlays/camel-k").one("Integration").at("/spec");
        JsonNode container = spec.at("/traits/container");

        assertThat(container.at("/runAsNonRoot").booleanValue()).isTrue();
        assertThat(container.at("/runAsUser").intValue()).isEqualTo(10001);
        assertThat(container.at("/seccompProfileType").textValue()).isEqualTo("RuntimeDefault");
        assertThat(container.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(Overlay.texts(container.at("/capabilitiesDrop"))).containsExactly("ALL");
        assertThat(spec.at("/template/spec/containers/0/name").textValue()).isEqualTo("integration");
        assertThat(spec.at("/template/spec/containers/0/securityContext/readOnlyRootFilesystem")
                        .booleanValue())
                .isTrue();
        assertThat(spec.at("/template/spec/terminationGracePeriodSeconds").intValue())
                .isEqualTo(60);
    }

    @ParameterizedTest
    @CsvSource({"overlays/standalone, Deployment", "overlays/kafka, StatefulSet", "overlays/cronjob, CronJob"})
    void thePodHasNoLiteralSecret(String folder, String kind) throws Exception {
        JsonNode container = container(podOf(overlay(folder), kind));

        assertThat(container.has("envFrom")).isFalse();
        assertThat(StreamSupport.stream(container.at("/env").spliterator(), false))
                .isNotEmpty()
                .allSatisfy(variable -> {
                    String name = variable.at("/name").textValue();
                    if (name.startsWith("ZENDESK_") || name.contains("CLIENT") || name.contains("JAAS")) {
                        assertThat(variable.has("value")).as(name).isFalse();
                        assertThat(variable.at("/valueFrom/secretKeyRef/name").textValue())
                                .isNotBlank();
                        assertThat(variable.at("/valueFrom/secretKeyRef/key").textValue())
                                .isNotBlank();
                    } else {
                        assertThat(List.of(
                                        "CAMEL_MANAGEMENT_HOST",
                                        "JDK_JAVA_OPTIONS",
                                        "POLL_MAX_PASS",
                                        "KAFKA_BROKERS",
                                        "KAFKA_INSTANCE",
                                        "CAMEL_COMPONENT_KAFKA_SECURITY_PROTOCOL",
                                        "CAMEL_COMPONENT_KAFKA_SASL_MECHANISM",
                                        "CAMEL_COMPONENT_KAFKA_SSL_TRUSTSTORE_TYPE",
                                        "CAMEL_COMPONENT_KAFKA_SSL_TRUSTSTORE_LOCATION"))
                                .contains(name);
                    }
                });
    }

    @Test
    void theThreeWaysRunOneImageWithTheSameSecretsAndFolders() throws Exception {
        JsonNode deployment = podOf(overlay("overlays/standalone"), "Deployment");
        JsonNode job = podOf(overlay("overlays/cronjob"), "CronJob");
        JsonNode traits = overlay("overlays/camel-k").one("Integration").at("/spec/traits");
        JsonNode container = container(deployment);

        assertThat(container(job).at("/image")).isEqualTo(container.at("/image"));
        assertThat(traits.at("/container/image")).isEqualTo(container.at("/image"));
        assertThat(container(job).at("/volumeMounts")).isEqualTo(container.at("/volumeMounts"));
        assertThat(job.at("/volumes")).isEqualTo(deployment.at("/volumes"));
        assertThat(job.at("/securityContext")).isEqualTo(deployment.at("/securityContext"));
        // All of them get the same.
        JsonNode resources = container.at("/resources");
        assertThat(container(job).at("/resources")).isEqualTo(resources);
        assertThat(traits.at("/container/requestCPU")).isEqualTo(resources.at("/requests/cpu"));
        assertThat(traits.at("/container/requestMemory")).isEqualTo(resources.at("/requests/memory"));
        assertThat(traits.at("/container/limitMemory")).isEqualTo(resources.at("/limits/memory"));
        List<String> secrets = secrets(container);
        assertThat(secrets).isNotEmpty().isEqualTo(secrets(container(job)));
        assertThat(Overlay.texts(traits.at("/environment/vars")).stream().filter(text -> text.contains("=secret:")))
                .containsExactlyElementsOf(secrets);
        assertThat(Stream.of("resources", "volumes", "emptyDirs")
                        .flatMap(kind -> Overlay.texts(traits.at("/mount/" + kind)).stream())
                        .map(text -> text.replaceFirst(".*[:@]", "")))
                .containsExactlyInAnyOrder("/app/routes", "/app/config", "/app/data", "/tmp");
    }

    private static List<String> secrets(JsonNode container) {
        return StreamSupport.stream(container.at("/env").spliterator(), false)
                .filter(variable -> variable.has("valueFrom"))
                .map(variable -> variable.at("/name").textValue() + "=secret:"
                        + variable.at("/valueFrom/secretKeyRef/name").textValue() + "/"
                        + variable.at("/valueFrom/secretKeyRef/key").textValue())
                .toList();
    }

    private static Overlay overlay(String folder) throws IOException {
        return Overlay.build(FOLDER.resolve(folder));
    }

    private static JsonNode configMap(Overlay overlay, String prefix) {
        return overlay.objects().stream()
                .filter(object -> "ConfigMap".equals(Overlay.kind(object))
                        && Overlay.name(object).startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode podOf(Overlay overlay, String kind) {
        return overlay.one(kind)
                .at(kind.equals("CronJob") ? "/spec/jobTemplate/spec/template/spec" : "/spec/template/spec");
    }

    private static JsonNode container(JsonNode pod) {
        assertThat(pod.at("/containers")).hasSize(1);
        return pod.at("/containers/0");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
