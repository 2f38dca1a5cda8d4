package dev.wfmbridge.target.userschedulesegments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.genesys.GenesysUsers;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.mapping.EntryNode;
import dev.wfmbridge.mapping.Listing;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.mapping.Target;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.util.ObjectHelper;

/** A segment in a schedule for each member. */
public final class ScheduleTarget implements Target {

    static final String PATH = "/api/v2/wfm/userschedulesegments";
    /** Pages of segments searched for schedules: 2,000 segments. */
    private static final int PAGES = 20;

    private static final String ONE = "scheduleId";
    private static final String SEVERAL = "scheduleIds";

    @Override
    public String name() {
        return "userschedulesegments";
    }

    @Override
    public String noun() {
        return "schedule";
    }

    @Override
    public boolean isUsual() {
        return true;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean keepsIds() {
        return true;
    }

    @Override
    public Set<String> keys() {
        return Set.of(ONE, SEVERAL, "status", "statusByTag");
    }

    @Override
    public List<Place> places(EntryNode entry) {
        JsonNode json = entry.json();
        if (json.has(ONE) && json.has(SEVERAL)) {
            entry.problem(
                    SEVERAL, ONE + " and " + SEVERAL + " are both given", "Put all of them into " + SEVERAL + ".");
        } else if (!json.has(ONE) && !json.has(SEVERAL)) {
            entry.problem(
                    "",
                    "key \"" + ONE + "\" is missing in this entry",
                    "Add " + ONE + ":, or " + SEVERAL + ": for several.");
        }
        if (!json.has("status") && !json.path("absent").asBoolean()) {
            entry.problem("", "key \"status\" is missing in this entry", "Add status: APPROVED, or status: PENDING.");
        }
        Set<String> schedules = new LinkedHashSet<>();
        String one = entry.text(ONE);
        if (one != null) {
            schedules.add(one);
        }
        json.path(SEVERAL).forEach(id -> {
            if (id.isTextual() && !id.textValue().isBlank()) {
                schedules.add(id.textValue().strip());
            }
        });
        return schedules.stream().map(id -> new Place(name(), id, null)).toList();
    }

    @Override
    public Map<String, String> named(Place place) {
        return Map.of(ONE, place.id());
    }

    @Override
    public String identity(Place place, String userId) {
        return place.id() + "/" + userId;
    }

    @Override
    public Probe probe(Place place) {
        String query = "scheduleId=" + Call.encoded(place.id()) + "&pageSize=1&pageNumber=1";
        return new Probe(
                "segments of schedule " + place.id(),
                Call.get(PATH, query, "entities"),
                page -> page.path("total").asInt(-1),
                "segments");
    }

    /** The schedules that segments refer to: the API has no list of them. */
    @Override
    public void list(Listing listing) {
        if (!listing.isThorough()) {
            return;
        }
        Set<String> schedules = new TreeSet<>();
        Pages pages =
                listing.paging().byNumberIfTold(page -> Call.list(PATH, "pageSize=100&pageNumber=" + page, "entities"));
        while (pages.isMore() && pages.pages() < PAGES) {
            listing.progress("segments, page " + (pages.pages() + 1));
            JsonNode answer;
            try {
                answer = listing.ask(pages.getCall());
                pages.follow(answer);
            } catch (Exception failure) {
                if (isNotServed(failure)) {
                    listing.remark("The organisation does not serve schedule segments, so no schedule is known.");
                } else {
                    listing.unread("segments, which name the schedules, cannot be read", failure);
                }
                break;
            }
            answer.path("entities").forEach(segment -> {
                if (segment.path(ONE).isTextual()) {
                    schedules.add(segment.path(ONE).asText());
                }
            });
        }
        if (pages.isMore()) {
            listing.remark("Only the first " + PAGES * 100 + " segments were looked at for schedules.");
        }
        schedules.forEach(id -> listing.found(new Listing.Found(this, id, null, null, Map.of())));
    }

    private static boolean isNotServed(Exception failure) {
        HttpOperationFailedException answer = ObjectHelper.getException(HttpOperationFailedException.class, failure);
        return answer != null && answer.getStatusCode() == 404;
    }

    @Override
    public String needs() {
        return "insert segments: proved by the first POST; the client's role needs the permission to add user schedule segments";
    }

    @Override
    public Object bean(Parts parts) {
        return new UserScheduleSegments(
                parts.get(Deliveries.class), parts.get(GenesysUsers.class), parts.get(Paging.class));
    }
}
