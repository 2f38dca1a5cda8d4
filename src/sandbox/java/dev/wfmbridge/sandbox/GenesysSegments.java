package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code /api/v2/wfm/userschedulesegments}. */
final class GenesysSegments {
    private static final String PATH = "/api/v2/wfm/userschedulesegments";
    private static final List<String> STATUSES = List.of("PENDING", "APPROVED", "REJECTED", "CANCELLED");
    private static final List<String> NEW_STATUSES = List.of("PENDING", "APPROVED");
    private static final int LARGEST_PAGE = 100;
    private static final int LONGEST_ID = 64;
    /** For people, in their language, and of no use to a program. */
    private static final List<String> NOT_FOUND = List.of(
            "The requested entity could not be found",
            "Das angeforderte Objekt wurde nicht gefunden",
            "La ressource demandée est introuvable",
            "リクエストされたリソースが見つかりません",
            "No se encontró el usuario o el horario");

    private final World world;
    private final AtomicInteger messages = new AtomicInteger();

    GenesysSegments(World world) {
        this.world = world;
    }

    void register(Routes<GenesysCall> routes) {
        routes.add("GET", PATH, guarded(Permission.READ_SEGMENTS, (call, variables) -> list(call)))
                .add("POST", PATH, guarded(Permission.INSERT_SEGMENTS, (call, variables) -> insert(call)))
                .add(
                        "GET",
                        PATH + "/{segmentId}",
                        guarded(Permission.READ_SEGMENTS, (call, variables) -> one(call, variables.get(0))))
                .add(
                        "PUT",
                        PATH + "/{segmentId}",
                        guarded(Permission.CHANGE_SEGMENTS, (call, variables) -> change(call, variables.get(0))))
                .add(
                        "DELETE",
                        PATH + "/{segmentId}",
                        guarded(Permission.REMOVE_SEGMENTS, (call, variables) -> remove(call, variables.get(0))));
    }

    /** The whole call holds the world's monitor: no other call changes what it decides on. */
    private Routes.Handler<GenesysCall> guarded(Permission permission, Routes.Handler<GenesysCall> handler) {
        return (call, variables) -> {
            synchronized (world) {
                if (!call.organization().servesSegments()) {
                    return call.notFound("HTTP 404 Not Found");
                }
                if (call.organization().lacks(permission)) {
                    return call.forbidden(permission.published());
                }
                return handler.handle(call, variables);
            }
        };
    }

    private Answer list(GenesysCall call) {
        Request request = call.request();
        OptionalInt size = request.number("pageSize", 25, 1, LARGEST_PAGE);
        OptionalInt number = request.number("pageNumber", 1, 1, Integer.MAX_VALUE);
        if (size.isEmpty() || number.isEmpty()) {
            return call.invalidValue("pageSize must be 1 to " + LARGEST_PAGE + ", pageNumber 1 or more");
        }
        List<Segment> wanted = call.organization()
                .visible(segment -> fits(request, "scheduleId", segment.scheduleId())
                        && fits(request, "userId", segment.userId())
                        && fits(request, "segmentId", segment.id()));
        return call.page(new GenesysCall.Page(size.getAsInt(), number.getAsInt()), wanted, GenesysSegments::json);
    }

    private static boolean fits(Request request, String filter, String value) {
        return request.parameter(filter).map(value::equals).orElse(true);
    }

    private Answer insert(GenesysCall call) {
        Optional<JsonNode> body = call.request().json();
        if (body.isEmpty()) {
            return call.badRequest("The request body is not a JSON object");
        }
        String userId = text(body.get(), "userId");
        String segmentId = text(body.get(), "segmentId");
        String scheduleId = text(body.get(), "scheduleId");
        String status = text(body.get(), "status");
        if (userId.isEmpty() || segmentId.isEmpty() || scheduleId.isEmpty() || status.isEmpty()) {
            return call.badRequest("userId, segmentId, scheduleId and status are required");
        }
        if (segmentId.length() > LONGEST_ID) {
            return call.invalidValue("segmentId is longer than " + LONGEST_ID + " characters");
        }
        if (!NEW_STATUSES.contains(status)) {
            return call.invalidValue("status must be one of " + NEW_STATUSES);
        }
        GenesysTenant organization = call.organization();
        boolean missing =
                !organization.hasUser(userId) || !organization.schedules().contains(scheduleId);
        if (missing) {
            return notFound(call);
        }
        if (world.taken(segmentId) || organization.blocks(segmentId, userId, scheduleId)) {
            return call.error(409, "conflict", "duplicate key value violates unique constraint");
        }
        Duration lag = call.request().commitLag() == null
                ? Duration.ZERO
                : call.request().commitLag();
        return Answer.json(201, json(organization.insert(segmentId, userId, scheduleId, status, lag)));
    }

    private Answer one(GenesysCall call, String segmentId) {
        return call.organization()
                .visible(segmentId)
                .map(segment -> Answer.json(200, json(segment)))
                .orElseGet(() -> notFound(call));
    }

    private Answer change(GenesysCall call, String segmentId) {
        Optional<JsonNode> body = call.request().json();
        if (body.isEmpty() || !body.get().path("version").isInt()) {
            return call.badRequest("The request body must be a JSON object with status and version");
        }
        String status = text(body.get(), "status");
        if (!STATUSES.contains(status)) {
            return call.invalidValue("status must be one of " + STATUSES);
        }
        Optional<Segment> segment = call.organization().visible(segmentId);
        if (segment.isEmpty()) {
            return notFound(call);
        }
        if (segment.get().version() != body.get().path("version").intValue()) {
            return call.error(409, "version.conflict", "The segment was changed since it was read");
        }
        return Answer.json(200, json(call.organization().change(segment.get(), status, SegmentWrite.Kind.PUT)));
    }

    private Answer remove(GenesysCall call, String segmentId) {
        Optional<Segment> segment = call.organization().visible(segmentId);
        if (segment.isEmpty()) {
            return notFound(call);
        }
        call.organization().remove(segment.get(), SegmentWrite.Kind.DELETE);
        return Answer.empty(204);
    }

    private Answer notFound(GenesysCall call) {
        return call.notFound(NOT_FOUND.get(Math.floorMod(messages.getAndIncrement(), NOT_FOUND.size())));
    }

    private static String text(JsonNode body, String field) {
        return body.path(field).isTextual() ? body.path(field).textValue() : "";
    }

    private static ObjectNode json(Segment segment) {
        return Json.object()
                .put("id", segment.id())
                .put("userId", segment.userId())
                .put("scheduleId", segment.scheduleId())
                .put("status", segment.status())
                .put("version", segment.version())
                .put("dateCreated", segment.dateCreated().toString())
                .put("dateModified", segment.dateModified().toString())
                .put("selfUri", PATH + "/" + segment.id());
    }
}
