package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.http.Token;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.zendesk.Source;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.bean.BeanComponent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes as text: what a typing mistake would silently disable. */
class RoutesTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** What only a bridge with Kafka has, and a test of the routes' text does not. */
    private static final Map<String, Class<?>> OF_KAFKA =
            Map.of("reader", dev.wfmbridge.kafka.Reader.class, "worker", dev.wfmbridge.kafka.Worker.class);

    @TempDir
    static Path folder;

    private static Rehearsal rehearsal;

    @BeforeAll
    static void start() throws Exception {
        rehearsal = Scene.rehearsal(Scene.world(1), folder, Scene.SIMPLE);
        rehearsal.start();
    }

    @AfterAll
    static void close() {
        rehearsal.close();
    }

    /** The class of a bean that a route names, as a started bridge has it. */
    private static Class<?> bean(String name) throws Exception {
        Object bean = rehearsal.bridge().context().getRegistry().lookupByName(name);
        Class<?> type = bean == null ? OF_KAFKA.get(name) : bean.getClass();
        assertThat(type).as("bean %s", name).isNotNull();
        return type;
    }

    /** The beans of which routes call a method. */
    private static Set<Class<?>> beansCalled() throws Exception {
        Set<Class<?>> types = new HashSet<>();
        for (Path file : files()) {
            for (JsonNode call : read(file).findParents("ref")) {
                if (call.has("method")) {
                    types.add(bean(call.get("ref").asText()));
                }
            }
        }
        return types;
    }

    private static final JsonSchema SCHEMA = schema();

    private static JsonSchema schema() {
        InputStream in = RoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json");
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
    }

    @Test
    @DisplayName("a bean's class is inspected once per start, not for each step that calls it")
    void beansAreLookedAtOnce() throws Exception {
        // Before its start the component caches nothing, and the routes are created before Camel starts it.
        BeanComponent bean = rehearsal.bridge().context().getComponent("bean", BeanComponent.class);
        assertThat(bean.getCurrentBeanCacheSize())
                .isGreaterThanOrEqualTo(beansCalled().size() - OF_KAFKA.size());
    }

    static List<Path> files() throws Exception {
        try (Stream<Path> files = Files.walk(Rehearsal.HOME.resolve("routes"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static JsonNode read(Path file) throws Exception {
        return YAML.readTree(file.toFile());
    }

    @ParameterizedTest
    @MethodSource("files")
    @DisplayName("a route file follows Camel's own schema")
    void followsSchema(Path file) throws Exception {
        assertThat(SCHEMA.validate(read(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    @DisplayName("each route has an id and a sentence that describes it")
    void described(Path file) throws Exception {
        for (JsonNode item : read(file)) {
            JsonNode thing = item.elements().next();
            if (item.has("beans")) {
                continue;
            }
            assertThat(thing.path("id").asText()).as("id in %s", file).isNotEmpty();
            assertThat(thing.path("description").asText())
                    .as("description of %s", thing.path("id").asText())
                    .endsWith(".");
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    @DisplayName("a route that is called by the name of its direct: endpoint has that name as its id")
    void oneName(Path file) throws Exception {
        for (JsonNode item : read(file)) {
            JsonNode route = item.path("route");
            String uri = route.path("from").path("uri").asText();
            if (uri.startsWith("direct:")) {
                assertThat(uri).isEqualTo("direct:" + route.path("id").asText());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    @DisplayName("each step that leaves the routes, for a bean, a target or an address, says what it is for")
    void steps(Path file) throws Exception {
        for (String kind : List.of("bean", "process", "script", "toD", "enrich", "throttle", "idempotentConsumer")) {
            for (JsonNode parent : read(file).findParents(kind)) {
                JsonNode step = parent.get(kind);
                if (step.isObject()) {
                    assertThat(step.path("description").asText())
                            .as("description of %s in %s", step, file)
                            .isNotEmpty();
                }
            }
        }
        for (JsonNode parent : read(file).findParents("to")) {
            JsonNode to = parent.get("to");
            if (!to.path("uri").asText().startsWith("direct:")) {
                assertThat(to.path("description").asText())
                        .as("description of %s in %s", to, file)
                        .isNotEmpty();
            }
        }
    }

    @Test
    @DisplayName("each policy that a route names exists, and each one is named")
    void policies() throws Exception {
        Set<String> defined = new HashSet<>();
        Set<String> named = new HashSet<>();
        for (Path file : files()) {
            JsonNode tree = read(file);
            tree.findValuesAsText("routeConfigurationId").forEach(ids -> named.addAll(List.of(ids.split(","))));
            for (JsonNode item : tree) {
                if (item.has("routeConfiguration")) {
                    defined.add(item.get("routeConfiguration").path("id").asText());
                }
            }
        }
        assertThat(named).isEqualTo(defined);
    }

    @Test
    @DisplayName("each exchange property that a bean takes or a route reads is declared, with a type that fits")
    void exchangeProperties() throws Exception {
        Set<String> used = new HashSet<>();
        for (Class<?> bean : beansCalled()) {
            for (Method method : bean.getMethods()) {
                for (Parameter parameter : method.getParameters()) {
                    ExchangeProperty property = parameter.getAnnotation(ExchangeProperty.class);
                    if (property != null) {
                        used.add(property.value());
                        RouteProperty declared = RouteProperty.of(property.value())
                                .orElseThrow(() -> new AssertionError(method + " takes " + property.value()));
                        assertThat(declared.types())
                                .as("%s of %s", property.value(), method)
                                .anyMatch(type -> type == Object.class
                                        || parameter.getType().isAssignableFrom(type));
                    }
                }
            }
        }
        for (Path file : files()) {
            Matcher name = Pattern.compile("\\bwfm[A-Z]\\w*").matcher(Files.readString(file));
            while (name.find()) {
                used.add(name.group());
            }
        }
        assertThat(RouteProperty.names()).containsAll(used);
        List<String> constants = new ArrayList<>();
        for (Field constant : CallProperties.class.getFields()) {
            constants.add((String) constant.get(null));
        }
        assertThat(RouteProperty.names()).containsExactlyInAnyOrderElementsOf(constants);
    }

    @Test
    @DisplayName("each bean method that a route calls exists in one form only")
    void beans() throws Exception {
        for (Path file : files()) {
            for (JsonNode bean : read(file).findParents("ref")) {
                if (!bean.has("method")) {
                    // A processor, which has no method to choose.
                    continue;
                }
                String name = bean.get("ref").asText();
                String method = bean.path("method").asText();
                List<Method> found = Arrays.stream(bean(name).getMethods())
                        .filter(m -> m.getName().equals(method))
                        .toList();
                assertThat(found).as("%s.%s in %s", name, method, file).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Pass.class,
                Side.class,
                OrganizationPass.class,
                Source.class,
                Call.class,
                Token.class,
                SegmentMessage.class,
                Place.class
            })
    @DisplayName("no class that an expression reads has two methods for one property: Camel would pick either, or none")
    void unambiguous(Class<?> type) {
        Map<String, Set<String>> byProperty = new TreeMap<>();
        for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() != Object.class) {
                String name = method.getName();
                Matcher getter = Pattern.compile("(?:get|is)([A-Z])(.*)").matcher(name);
                String property = getter.matches() ? getter.group(1).toLowerCase() + getter.group(2) : name;
                byProperty
                        .computeIfAbsent(property, p -> new HashSet<>())
                        .add(name + Arrays.toString(method.getParameterTypes()));
            }
        }
        Set<String> read = new HashSet<>(expressions());
        assertThat(byProperty.entrySet().stream()
                        .filter(entry -> read.contains(entry.getKey()))
                        .filter(entry -> entry.getValue().size() > 1)
                        .map(Object::toString)
                        .collect(Collectors.toList()))
                .isEmpty();
    }

    private static List<String> expressions() {
        List<String> names = new ArrayList<>();
        try {
            for (Path file : files()) {
                Matcher chain = Pattern.compile("\\$\\{(?:body|exchangeProperty\\.wfm\\w+)\\.([\\w.]+)}")
                        .matcher(Files.readString(file));
                while (chain.find()) {
                    names.addAll(Arrays.asList(chain.group(1).split("\\.")));
                }
            }
        } catch (Exception unreadable) {
            throw new IllegalStateException(unreadable);
        }
        return names;
    }
}
