package dev.wfmbridge.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Both images, the build's own and the one on a public base, start the same thing in the same place as the manifests say. */
class ContainerfileTest {

    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    private static String containerfile() throws Exception {
        return Files.readString(Path.of("Containerfile")).replace("\\\n", " ");
    }

    private static String instruction(String name) throws Exception {
        return containerfile()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .reduce((first, last) -> last)
                .map(line -> line.substring(name.length() + 1).strip())
                .orElseThrow();
    }

    private static List<String> quoted(String text) {
        List<String> words = new ArrayList<>();
        Matcher found = QUOTED.matcher(text);
        while (found.find()) {
            words.add(found.group(1));
        }
        return words;
    }

    /** The arguments in pom.xml's element of that name. */
    private static List<String> pom(String element) throws Exception {
        String text = Files.readString(Path.of("pom.xml")).replaceAll("(?s)<!--.*?-->", "");
        Matcher block = Pattern.compile("<" + element + ">\\s*((?:<arg>[^<]*</arg>\\s*)+)</" + element + ">")
                .matcher(text);
        assertThat(block.find()).as(element).isTrue();
        List<String> words = new ArrayList<>();
        Matcher found = Pattern.compile("<arg>([^<]*)</arg>").matcher(block.group(1));
        while (found.find()) {
            words.add(found.group(1));
        }
        return words;
    }

    @Test
    @DisplayName("the base is pinned by digest")
    void pinned() throws Exception {
        assertThat(instruction("FROM")).isEqualTo("${BASE}");
        assertThat(containerfile()).containsPattern("ARG BASE=docker\\.io/library/\\S+@sha256:[0-9a-f]{64}\n");
    }

    @Test
    @DisplayName("the same entry point, command, user and folder")
    void same() throws Exception {
        List<String> entry = pom("entrypoint");
        assertThat(entry.get(0)).endsWith("/java");
        assertThat(quoted(instruction("ENTRYPOINT")))
                .startsWith("java")
                .endsWith(entry.subList(1, entry.size()).toArray(String[]::new))
                .hasSameSizeAs(entry);
        assertThat(quoted(instruction("CMD"))).isEqualTo(pom("args"));
        String text = Files.readString(Path.of("pom.xml"));
        assertThat(text).contains("<user>" + instruction("USER") + "</user>");
        assertThat(text).contains("<workingDirectory>" + instruction("WORKDIR") + "</workingDirectory>");
        assertThat(text).contains("<volume>" + instruction("VOLUME") + "</volume>");
    }

    @Test
    @DisplayName("the user and the data folder that the deployment assumes")
    void asDeployed() throws Exception {
        JsonNode pod = new ObjectMapper(new YAMLFactory())
                .readTree(manifest().toFile())
                .at("/spec/template/spec");
        assertThat(instruction("USER"))
                .isEqualTo(pod.at("/securityContext/runAsUser").asText() + ":"
                        + pod.at("/securityContext/runAsGroup").asText());
        assertThat(pod.at("/containers/0/volumeMounts").findValuesAsText("mountPath"))
                .contains(instruction("VOLUME"));
    }

    private static Path manifest() throws Exception {
        try (var files = Files.walk(Path.of("k8s"))) {
            return files.filter(file -> file.getFileName().toString().equals("deployment.yaml"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    @DisplayName("what is copied is there, or is made by the build")
    void copies() throws Exception {
        List<String> sources = containerfile()
                .lines()
                .filter(line -> line.startsWith("COPY "))
                .flatMap(line -> {
                    List<String> words = List.of(line.split("\\s+"));
                    return words.subList(1, words.size() - 1).stream();
                })
                .toList();
        assertThat(sources)
                .contains("target/lib/", "target/wfm-bridge.jar", "routes/", "config/")
                .allSatisfy(source -> assertThat(source.startsWith("target/") || Files.exists(Path.of(source)))
                        .isTrue());
    }

    @Test
    @DisplayName("the base can be pinned by a digest, and the file says how")
    void base() throws Exception {
        assertThat(instruction("FROM")).isEqualTo("${BASE}");
        assertThat(containerfile()).contains("--build-arg BASE=", "@$digest");
        assertThat(containerfile()).contains("\nARG BASE=docker.io/library/eclipse-temurin");
    }
}
