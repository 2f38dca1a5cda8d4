package dev.wfmbridge.k8s;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;

/** Checks an object against the definition of its kind: a field that the definition lacks is a mistake, at any depth. */
final class Strictly {

    private interface Check {
        void of(JsonNode object) throws IOException;
    }

    private interface Kubernetes {
        void validate(JsonElement object) throws IOException;
    }

    private static final ObjectMapper PROMETHEUS = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                /** The model keeps unknown fields in a map; here they are failures. */
                @Override
                public Boolean hasAnySetter(Annotated ann) {
                    return false;
                }
            });

    private static final Map<String, Check> KINDS = Map.ofEntries(
            Map.entry("v1 ConfigMap", kubernetes(V1ConfigMap::validateJsonElement)),
            Map.entry("v1 PersistentVolumeClaim", kubernetes(V1PersistentVolumeClaim::validateJsonElement)),
            Map.entry("apps/v1 Deployment", kubernetes(V1Deployment::validateJsonElement)),
            Map.entry("apps/v1 StatefulSet", kubernetes(V1StatefulSet::validateJsonElement)),
            Map.entry("policy/v1 PodDisruptionBudget", kubernetes(V1PodDisruptionBudget::validateJsonElement)),
            Map.entry("batch/v1 CronJob", kubernetes(V1CronJob::validateJsonElement)),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", kubernetes(V1NetworkPolicy::validateJsonElement)),
            Map.entry(
                    "monitoring.coreos.com/v1 PodMonitor", object -> PROMETHEUS.treeToValue(object, PodMonitor.class)),
            Map.entry(
                    "monitoring.coreos.com/v1 PrometheusRule",
                    object -> PROMETHEUS.treeToValue(object, PrometheusRule.class)),
            Map.entry("camel.apache.org/v1 Integration", Strictly::integration),
            Map.entry("v1 Service", kubernetes(V1Service::validateJsonElement)),
            Map.entry("networking.k8s.io/v1 Ingress", kubernetes(V1Ingress::validateJsonElement)));

    private Strictly() {}

    /** @throws IllegalArgumentException or IOException if the object does not fit, or if its kind is not known here */
    static void check(JsonNode object) throws IOException {
        String kind = object.path("apiVersion").textValue() + " " + Overlay.kind(object);
        Check check = KINDS.get(kind);
        if (check == null) {
            throw new IllegalArgumentException("no definition of " + kind);
        }
        check.of(object);
    }

    private static Check kubernetes(Kubernetes model) {
        return object -> model.validate(JsonParser.parseString(object.toString()));
    }

    private static void integration(JsonNode object) throws IOException {
        Set<ValidationMessage> faults = integrationSchema().validate(object);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(faults.toString());
        }
    }

    private static JsonSchema integrationSchema() throws IOException {
        try (InputStream in = Strictly.class.getResourceAsStream("/camel.apache.org_integrations.yaml")) {
            JsonNode definition = new ObjectMapper(new YAMLFactory()).readTree(in);
            for (JsonNode version : definition.at("/spec/versions")) {
                if ("v1".equals(version.path("name").textValue())) {
                    JsonNode schema = version.at("/schema/openAPIV3Schema");
                    close(schema);
                    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                            .getSchema(schema);
                }
            }
        }
        throw new IllegalStateException("the definition has no version v1");
    }

    private static void close(JsonNode schema) {
        if (!schema.isObject()) {
            return;
        }
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (schema.has("properties") && !schema.has("additionalProperties") && !open) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
        schema.path("properties").forEach(Strictly::close);
        close(schema.path("items"));
        close(schema.path("additionalProperties"));
    }
}
