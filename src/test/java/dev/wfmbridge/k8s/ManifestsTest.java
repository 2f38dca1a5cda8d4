package dev.wfmbridge.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The form of the manifests in {@code k8s/}: what can be told without a cluster. */
class ManifestsTest {
    private static final Path FOLDER = Path.of("k8s");
    private static final ObjectMapper YAML =
            new ObjectMapper(YAMLFactory.builder().build()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    @ParameterizedTest
    @CsvSource({
        "deployment.yaml, apps/v1, Deployment, wfm-bridge",
        "pvc.yaml, v1, PersistentVolumeClaim, wfm-bridge-data",
        "camel-k-integration.yaml, camel.apache.org/v1, Integration, wfm-bridge"
    })
    void isWhatItSays(String file, String apiVersion, String kind, String name) throws Exception {
        JsonNode manifest = read(file);

        assertThat(manifest.at("/apiVersion").textValue()).isEqualTo(apiVersion);
        assertThat(manifest.at("/kind").textValue()).isEqualTo(kind);
        assertThat(manifest.at("/metadata/name").textValue()).isEqualTo(name);
    }

    @Test
    void thereIsNoFileThatNoTestKnows() throws Exception {
        assertThat(names(FOLDER))
                .containsExactlyInAnyOrder(
                        "deployment.yaml", "pvc.yaml", "kustomization.yaml", "camel-k-integration.yaml");
    }

    @Test
    void kustomizationNamesFilesThatAreThere() throws Exception {
        JsonNode kustomization = read("kustomization.yaml");
        assertThat(kustomization.at("/apiVersion").textValue()).isEqualTo("kustomize.config.k8s.io/v1beta1");
        assertThat(kustomization.at("/kind").textValue()).isEqualTo("Kustomization");

        List<String> named = new ArrayList<>(texts(kustomization.at("/resources")));
        for (JsonNode generator : kustomization.at("/configMapGenerator")) {
            named.addAll(texts(generator.at("/files")));
        }

        assertThat(named).isNotEmpty().doesNotHaveDuplicates().allSatisfy(file -> assertThat(FOLDER.resolve(file))
                .isRegularFile());
    }

    @Test
    void everyRouteIsInTheConfigMap() throws Exception {
        assertThat(generated("wfm-bridge-routes"))
                .containsExactlyElementsOf(names(Path.of("routes"))
                        .map(name -> "../routes/" + name)
                        .toList());
    }

    @Test
    void theDeploymentMountsWhatTheKustomizationMakes() throws Exception {
        JsonNode pod = read("deployment.yaml").at("/spec/template/spec");

        assertThat(volume(pod, "routes").at("/configMap/name").textValue()).isEqualTo("wfm-bridge-routes");
        assertThat(volume(pod, "config").at("/configMap/name").textValue()).isEqualTo("wfm-bridge-config");
        assertThat(volume(pod, "data").at("/persistentVolumeClaim/claimName").textValue())
                .isEqualTo(read("pvc.yaml").at("/metadata/name").textValue());
        assertThat(generated("wfm-bridge-config"))
                .contains("../config/application.properties", "../config/mapping.yaml");
        assertThat(stream(container(pod).at("/volumeMounts"))
                        .map(mount -> mount.at("/name").textValue() + " "
                                + mount.at("/mountPath").textValue()))
                .containsExactlyInAnyOrder("routes /app/routes", "config /app/config", "data /app/data", "tmp /tmp");
    }

    @Test
    void twoProcessesNeverShareTheDataFolder() throws Exception {
        JsonNode deployment = read("deployment.yaml").at("/spec");
        JsonNode integration = read("camel-k-integration.yaml").at("/spec");

        assertThat(deployment.at("/replicas").intValue()).isEqualTo(1);
        assertThat(deployment.at("/strategy/type").textValue()).isEqualTo("Recreate");
        assertThat(integration.at("/replicas").intValue()).isEqualTo(1);
        assertThat(integration.at("/traits/deployment/strategy").textValue()).isEqualTo("Recreate");
    }

    @Test
    void theSelectorFindsThePod() throws Exception {
        JsonNode deployment = read("deployment.yaml").at("/spec");

        assertThat(deployment.at("/template/metadata/labels")).isEqualTo(deployment.at("/selector/matchLabels"));
    }

    @Test
    void thePodHasNoRightsThatItDoesNotNeed() throws Exception {
        JsonNode pod = read("deployment.yaml").at("/spec/template/spec");
        JsonNode container = container(pod);

        assertThat(pod.at("/securityContext/runAsNonRoot").booleanValue()).isTrue();
        assertThat(pod.at("/automountServiceAccountToken"))
                .isEqualTo(YAML.getNodeFactory().booleanNode(false));
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").booleanValue())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation"))
                .isEqualTo(YAML.getNodeFactory().booleanNode(false));
        assertThat(texts(container.at("/securityContext/capabilities/drop"))).containsExactly("ALL");
        assertThat(pod.at("/terminationGracePeriodSeconds").intValue()).isEqualTo(60);
    }

    @Test
    void theDeploymentHasNoLiteralSecret() throws Exception {
        JsonNode container = container(read("deployment.yaml").at("/spec/template/spec"));

        assertThat(container.at("/args")).hasSize(1);
        assertThat(container.has("envFrom")).isFalse();
        assertThat(stream(container.at("/env"))).isNotEmpty().allSatisfy(variable -> {
            assertThat(variable.has("value")).as("%s", variable.at("/name")).isFalse();
            assertThat(variable.at("/valueFrom/secretKeyRef/name").textValue()).isNotBlank();
            assertThat(variable.at("/valueFrom/secretKeyRef/key").textValue()).isNotBlank();
        });
    }

    @Test
    void theIntegrationHasNoLiteralSecret() throws Exception {
        List<String> variables = texts(read("camel-k-integration.yaml").at("/spec/traits/environment/vars"));

        assertThat(variables)
                .contains(
                        "CAMEL_MAIN_ROUTES_INCLUDE_PATTERN=file:/app/routes/*.camel.yaml",
                        "CAMEL_MAIN_PROPERTY_PLACEHOLDER_LOCATION=file:/app/config/application.properties");
        assertThat(variables.stream().filter(variable -> !variable.startsWith("CAMEL_MAIN_")))
                .isNotEmpty()
                .allMatch(variable -> variable.matches("[A-Z][A-Z0-9_]*=secret:[a-z0-9-]+/[a-z0-9-]+"));
    }

    @Test
    void bothWaysRunOneImageWithTheSameVariablesAndFolders() throws Exception {
        JsonNode container = container(read("deployment.yaml").at("/spec/template/spec"));
        JsonNode traits = read("camel-k-integration.yaml").at("/spec/traits");

        assertThat(traits.at("/container/image")).isEqualTo(container.at("/image"));
        assertThat(texts(traits.at("/mount/resources")))
                .containsExactly("configmap:wfm-bridge-routes@/app/routes", "configmap:wfm-bridge-config@/app/config");
        assertThat(texts(traits.at("/mount/volumes"))).containsExactly("wfm-bridge-data:/app/data");
        assertThat(texts(traits.at("/environment/vars")))
                .containsAll(stream(container.at("/env"))
                        .map(variable -> variable.at("/name").textValue() + "=secret:"
                                + variable.at("/valueFrom/secretKeyRef/name").textValue() + "/"
                                + variable.at("/valueFrom/secretKeyRef/key").textValue())
                        .toList());
    }

    private static JsonNode read(String file) throws IOException {
        return YAML.readTree(FOLDER.resolve(file).toFile());
    }

    private static List<String> generated(String configMap) throws IOException {
        return stream(read("kustomization.yaml").at("/configMapGenerator"))
                .filter(generator -> configMap.equals(generator.at("/name").textValue()))
                .flatMap(generator -> texts(generator.at("/files")).stream())
                .toList();
    }

    private static JsonNode container(JsonNode pod) {
        assertThat(pod.at("/containers")).hasSize(1);
        return pod.at("/containers/0");
    }

    private static JsonNode volume(JsonNode pod, String name) {
        return stream(pod.at("/volumes"))
                .filter(volume -> name.equals(volume.at("/name").textValue()))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> names(Path folder) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names.stream();
    }

    private static List<String> texts(JsonNode list) {
        return stream(list).map(JsonNode::textValue).toList();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
