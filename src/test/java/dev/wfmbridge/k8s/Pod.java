package dev.wfmbridge.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.cli.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A container as manifests describe it, laid out in a folder that stands for its root. ConfigMaps are mounted as by the
 * kubelet, through links to a folder that is replaced as a whole. It starts with the variables of the manifests and no
 * others.
 */
final class Pod {
    private final Path root;
    private final List<String> arguments;
    private final Map<String, String> environment = new TreeMap<>();
    private final TreeSet<Path> writable = new TreeSet<>();
    private List<Path> before = List.of();

    private Pod(Path root, List<String> arguments) {
        this.root = root;
        this.arguments = arguments;
    }

    /**
     * @param root its last name is the pod's
     * @param secrets {@code NAME/KEY} of a Secret → value
     * @param edit what the user edits before deploying: file name and text to text
     */
    static Pod of(
            JsonNode podSpec,
            Overlay overlay,
            Path root,
            Map<String, String> secrets,
            Map<String, UnaryOperator<String>> edit)
            throws IOException {
        JsonNode container = podSpec.at("/containers/0");
        Pod pod = new Pod(root, Overlay.texts(container.path("args")));
        if (!"/app".equals(container.path("workingDir").textValue())) {
            throw new IllegalStateException("the program lies in /app");
        }
        for (JsonNode variable : container.path("env")) {
            pod.environment.put(variable.path("name").textValue(), pod.value(variable, secrets));
        }
        for (JsonNode mount : container.path("volumeMounts")) {
            Path place = pod.place(mount.path("mountPath").textValue());
            for (JsonNode volume : podSpec.path("volumes")) {
                if (volume.path("name").equals(mount.path("name"))) {
                    if (volume.has("configMap")) {
                        mount(overlay.configMap(volume.at("/configMap/name").textValue()), place, edit);
                    } else if (volume.has("secret")) {
                        pod.mountSecret(volume.path("secret"), place, secrets);
                    } else {
                        pod.writable.add(place);
                    }
                }
            }
            Files.createDirectories(place);
        }
        return pod;
    }

    /** Of an Integration: what its traits mount and set. */
    static Pod ofIntegration(
            JsonNode integration,
            Overlay overlay,
            Path root,
            Map<String, String> secrets,
            Map<String, UnaryOperator<String>> edit)
            throws IOException {
        JsonNode traits = integration.at("/spec/traits");
        Pod pod = new Pod(root, List.of("run"));
        for (String variable : Overlay.texts(traits.at("/environment/vars"))) {
            int equals = variable.indexOf('=');
            String value = variable.substring(equals + 1);
            pod.environment.put(
                    variable.substring(0, equals),
                    value.startsWith("secret:")
                            ? secret(secrets, value.substring("secret:".length()))
                            : pod.inside(value));
        }
        for (String resource : Overlay.texts(traits.at("/mount/resources"))) {
            String[] parts = resource.substring("configmap:".length()).split("@");
            mount(overlay.configMap(parts[0]), pod.place(parts[1]), edit);
        }
        for (String kind : List.of("volumes", "emptyDirs")) {
            for (String volume : Overlay.texts(traits.at("/mount/" + kind))) {
                Path place = pod.place(volume.split(":")[1]);
                Files.createDirectories(place);
                pod.writable.add(place);
            }
        }
        return pod;
    }

    private String value(JsonNode variable, Map<String, String> secrets) {
        JsonNode secret = variable.at("/valueFrom/secretKeyRef");
        JsonNode field = variable.at("/valueFrom/fieldRef/fieldPath");
        if (!secret.isMissingNode()) {
            return secret(
                    secrets,
                    secret.path("name").textValue() + "/" + secret.path("key").textValue());
        }
        if (!field.isMissingNode()) {
            if (!"metadata.name".equals(field.textValue())) {
                throw new IllegalStateException(field + " is not known here");
            }
            return root.getFileName().toString();
        }
        return inside(variable.path("value").textValue());
    }

    /** Only the keys that the volume lists. */
    private void mountSecret(JsonNode secret, Path place, Map<String, String> secrets) throws IOException {
        Files.createDirectories(place);
        for (JsonNode item : secret.path("items")) {
            String key = secret.path("secretName").textValue() + "/"
                    + item.path("key").textValue();
            Files.writeString(place.resolve(item.path("path").textValue()), secret(secrets, key));
        }
    }

    private static String secret(Map<String, String> secrets, String key) {
        String value = secrets.get(key);
        if (value == null) {
            throw new IllegalStateException("nobody told that there has to be a Secret " + key);
        }
        return value;
    }

    private static void mount(JsonNode configMap, Path place, Map<String, UnaryOperator<String>> edit)
            throws IOException {
        Path content = place.resolve("..2026_11_24_00_00_00.1");
        Files.createDirectories(content);
        Files.createSymbolicLink(place.resolve("..data"), content.getFileName());
        for (Map.Entry<String, JsonNode> file : configMap.path("data").properties()) {
            String text = file.getValue().textValue();
            Files.writeString(
                    content.resolve(file.getKey()),
                    edit.getOrDefault(file.getKey(), UnaryOperator.identity()).apply(text));
            Files.createSymbolicLink(place.resolve(file.getKey()), Path.of("..data", file.getKey()));
        }
    }

    /** The folder that stands for a path of the container. */
    Path place(String path) {
        return root.resolve(path.substring(1));
    }

    private String inside(String value) {
        return value.replace("/app/", place("/app") + "/").replace("/secrets/", place("/secrets") + "/");
    }

    /** Starts what the image's entry point starts, as it is packaged. Its output goes to {@code log}. */
    Process start(Path log, Map<String, String> only) throws IOException {
        before = readOnly();
        return start(log, only, arguments);
    }

    /** As {@code kubectl exec} runs a command in it. */
    Process start(Path log, Map<String, String> only, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(Program.command("-Djava.io.tmpdir=" + place("/tmp")));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(place("/app").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putAll(only);
        return builder.start();
    }

    /** Files that appeared or disappeared where a read-only root would not have allowed it. */
    List<Path> written() throws IOException {
        List<Path> now = new ArrayList<>(readOnly());
        List<Path> gone = new ArrayList<>(before);
        gone.removeAll(now);
        now.removeAll(before);
        now.addAll(gone);
        return now;
    }

    private List<Path> readOnly() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> writable.stream().noneMatch(file::startsWith))
                    .toList();
        }
    }
}
