package dev.wfmbridge.sandbox;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The vendor's own file, against which requests and answers of the published API are checked. */
public final class PublishedContract {
    private static final String FILE = "contract/genesys-wfm.swagger.json";

    static final JsonNode PUBLISHED = published();
    static final OpenApiInteractionValidator CONTRACT = OpenApiInteractionValidator.createForInlineApiSpecification(
                    withoutSecurity().toString())
            .build();

    private PublishedContract() {}

    private static JsonNode published() {
        try (InputStream file = PublishedContract.class.getClassLoader().getResourceAsStream(FILE)) {
            return new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE, e);
        }
    }

    /** The file names scopes of a scheme that it does not define; the validator would warn at each call. */
    private static JsonNode withoutSecurity() {
        JsonNode copy = PUBLISHED.deepCopy();
        copy.path("paths").forEach(path -> path.forEach(operation -> ((ObjectNode) operation).remove("security")));
        return copy;
    }

    /** What of this call breaks the vendor's file, in words. */
    public static List<String> violations(Received call) {
        return GenesysContract.violations(CONTRACT.validateRequest(GenesysContract.request(call))).stream()
                .map(message -> call.method() + " " + call.path() + ": " + message.getMessage())
                .toList();
    }
}
