package dev.wfmbridge.sandbox;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request.Method;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import java.util.List;

/** The copy of Genesys' contract, against which requests and answers are checked. */
public final class GenesysContract {
    /** The contract describes the bodies of some refusals only in prose. */
    private static final LevelResolver LEVELS = LevelResolver.create()
            .withLevel("validation.schema.additionalProperties", ValidationReport.Level.IGNORE)
            .withLevel("validation.response.body.unexpected", ValidationReport.Level.IGNORE)
            .build();

    static final OpenApiInteractionValidator CONTRACT = OpenApiInteractionValidator.createForSpecificationUrl(
                    "contract/genesys.openapi.yaml")
            .withLevelResolver(LEVELS)
            .build();

    private GenesysContract() {}

    /** A call as the server received it. */
    static SimpleRequest request(Received call) {
        SimpleRequest.Builder request = new SimpleRequest.Builder(Method.valueOf(call.method()), call.path());
        call.headers().forEach(request::withHeader);
        Request.form(call.query()).forEach(request::withQueryParam);
        if (!call.body().isEmpty()) {
            request.withBody(call.body());
        }
        return request.build();
    }

    static List<ValidationReport.Message> violations(ValidationReport report) {
        return report.getMessages().stream()
                .filter(message -> message.getLevel() != ValidationReport.Level.IGNORE)
                .toList();
    }

    /** What of this call breaks the contract, in words. */
    public static List<String> violations(Received call) {
        return violations(CONTRACT.validateRequest(request(call))).stream()
                .map(message -> call.method() + " " + call.path() + "?" + call.query() + ": " + message.getMessage())
                .toList();
    }
}
