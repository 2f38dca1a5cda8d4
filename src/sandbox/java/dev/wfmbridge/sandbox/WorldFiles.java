package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text files that a world is read from. */
final class WorldFiles {
    private static final long MEMBERSHIPS = 6_200_000_000_000L;

    private record ZendeskFile(
            String account,
            String clientId,
            String clientSecret,
            String publicHost,
            GroupMemberLine caller,
            List<FieldLine> userFields,
            List<GroupLine> groups,
            List<GroupMemberLine> agents) {}

    private record FieldLine(String key, String title) {}

    private record GroupLine(long id, String name, boolean deleted) {}

    private record GroupMemberLine(
            long id,
            String name,
            String email,
            String role,
            Boolean active,
            boolean suspended,
            List<String> tags,
            Map<String, String> fields,
            List<String> groups) {

        ZendeskAgent agent() {
            return new ZendeskAgent(
                    id,
                    name,
                    email,
                    role == null ? "agent" : role,
                    active == null || active,
                    suspended,
                    orNone(tags),
                    fields == null ? Map.of() : fields);
        }
    }

    private record GenesysFile(Map<String, OrganizationBlock> organizations) {}

    private record OrganizationBlock(
            String id,
            String clientId,
            String clientSecret,
            Quota quota,
            List<String> schedules,
            List<BusinessUnitBlock> businessUnits,
            List<UserLine> users,
            List<SegmentLine> segments) {}

    private record BusinessUnitBlock(
            String id, String name, List<UnitBlock> managementUnits, List<StaffingGroupBlock> staffingGroups) {}

    private record UnitBlock(String id, String name, Integer limit, List<String> users) {}

    private record StaffingGroupBlock(String id, String name, String managementUnitId, List<String> users) {}

    private record Quota(int requests, Duration per) {}

    private record UserLine(String id, String email, String name, String state) {}

    private record SegmentLine(String id, String userId, String scheduleId, String status) {}

    private record WeatherFile(Long seed, Double timeFactor, GenesysWeather genesys, ZendeskWeather zendesk) {}

    private record GenesysWeather(
            Quota quota,
            double lostAnswers,
            double commitLagShare,
            Duration commitLag,
            Duration approvalDelay,
            Duration tokenLife) {}

    private record ZendeskWeather(
            Integer requestsPerMinute, double lostAnswers, Duration tokenLife, Duration jobDuration) {}

    /** Durations as the bridge's own configuration writes them: 500ms, 60s, 10m, 24h, 90d. */
    private static final class DurationText extends StdDeserializer<Duration> {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

        DurationText() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText().trim();
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                return (Duration) context.handleWeirdStringValue(
                        Duration.class, text, "a duration looks like 500ms, 60s, 10m, 24h or 90d");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }

    private final Path folder;
    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .registerModule(new SimpleModule().addDeserializer(Duration.class, new DurationText()));

    /** For the file in which no key has a standard value. */
    private final ObjectMapper complete = yaml.copy().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    WorldFiles(Path folder) {
        this.folder = folder;
    }

    World read() {
        World world = new World();
        WeatherFile weather = read("weather.yaml", WeatherFile.class, complete);
        fillWeather(world, weather);
        fillZendesk(world, read("zendesk.yaml", ZendeskFile.class, yaml));
        read("genesys.yaml", GenesysFile.class, yaml)
                .organizations()
                .forEach((name, block) ->
                        fillOrganization(world, name, block, weather.genesys().quota()));
        return world;
    }

    private <T> T read(String name, Class<T> type, ObjectMapper mapper) {
        Path file = folder.resolve(name);
        try {
            return mapper.readValue(file.toFile(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        }
    }

    private static void fillWeather(World world, WeatherFile file) {
        GenesysWeather genesys = file.genesys();
        ZendeskWeather zendesk = file.zendesk();
        world.timeFactor(file.timeFactor());
        world.weather()
                .seed(file.seed())
                .genesysLostAnswers(genesys.lostAnswers())
                .commitLag(genesys.commitLagShare(), genesys.commitLag())
                .approvalDelay(genesys.approvalDelay())
                .genesysTokenLife(genesys.tokenLife())
                .zendeskRequestsPerMinute(zendesk.requestsPerMinute())
                .zendeskLostAnswers(zendesk.lostAnswers())
                .zendeskTokenLife(zendesk.tokenLife())
                .jobDuration(zendesk.jobDuration());
    }

    private static void fillZendesk(World world, ZendeskFile file) {
        world.zendesk()
                .account(file.account())
                .publicHost(file.publicHost())
                .client(file.clientId(), file.clientSecret())
                .apiToken(file.caller().email(), null)
                .caller(file.caller().agent());
        orNone(file.userFields()).forEach(field -> world.zendesk().addUserField(field.key(), field.title()));
        Map<String, Long> ids = new HashMap<>();
        for (GroupLine group : file.groups()) {
            world.zendesk().addGroup(group.id(), group.name(), group.deleted());
            ids.put(group.name(), group.id());
        }
        for (GroupMemberLine line : file.agents()) {
            world.zendesk().addAgent(line.agent());
            for (String group : orNone(line.groups())) {
                Long groupId = ids.get(group);
                if (groupId == null) {
                    throw new IllegalArgumentException("zendesk.yaml: agent " + line.id() + " is in the group '" + group
                            + "', which is not defined");
                }
                world.zendesk().addMembership(membershipId(line.id(), groupId), line.id(), groupId);
            }
        }
    }

    /** The same for the same agent and group, whatever else is edited in the file. */
    private static long membershipId(long userId, long groupId) {
        long mixed = (userId * 0x9E3779B97F4A7C15L) ^ Long.rotateLeft(groupId * 0xC2B2AE3D27D4EB4FL, 31);
        return MEMBERSHIPS + (mixed >>> 23);
    }

    private static void fillOrganization(World world, String name, OrganizationBlock block, Quota everyones) {
        Quota quota = block.quota() == null ? everyones : block.quota();
        world.addOrganization(name, block.id(), block.clientId(), block.clientSecret(), quota.requests(), quota.per());
        world.addSchedule(name, orNone(block.schedules()).toArray(String[]::new));
        for (UserLine user : orNone(block.users())) {
            world.addUser(name, user.id(), user.email(), user.name(), user.state() == null ? "active" : user.state());
        }
        for (SegmentLine segment : orNone(block.segments())) {
            world.addSegment(name, segment.id(), segment.userId(), segment.scheduleId(), segment.status());
        }
        orNone(block.businessUnits()).forEach(unit -> fillBusinessUnit(world, name, unit));
    }

    private static void fillBusinessUnit(World world, String organization, BusinessUnitBlock block) {
        world.workforce(organization).addBusinessUnit(block.id(), block.name());
        for (UnitBlock unit : orNone(block.managementUnits())) {
            int limit = unit.limit() == null ? Workforce.UNIT_LIMIT : unit.limit();
            world.workforce(organization).addManagementUnit(block.id(), unit.id(), unit.name(), limit);
            orNone(unit.users()).forEach(user -> world.workforce(organization).putInManagementUnit(unit.id(), user));
        }
        for (StaffingGroupBlock group : orNone(block.staffingGroups())) {
            world.workforce(organization)
                    .addStaffingGroup(block.id(), group.id(), group.name(), group.managementUnitId());
            orNone(group.users())
                    .forEach(user -> world.workforce(organization).addStaffingGroupMember(group.id(), user));
        }
    }

    private static <T> List<T> orNone(List<T> list) {
        return list == null ? List.of() : list;
    }
}
