package dev.wfmbridge.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Columns behave like lists and maps of the same rows, also across chunk borders. */
class ColumnsTest {

    private static final int ROWS = 60_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    @DisplayName("texts: UUIDs, other texts, none, and one longer than a piece, by row and by text, the latest first")
    void texts() {
        System.out.println("seed " + seed);
        TextColumn column = TextColumn.indexed();
        List<String> rows = new ArrayList<>();
        Map<String, List<Integer>> places = new HashMap<>();
        for (int row = 0; row < ROWS; row++) {
            String text = row == ROWS / 2 ? "x".repeat(200_000) : row % 3 == 0 ? some(rows) : text();
            assertThat(column.add(text)).isEqualTo(row);
            rows.add(text);
            places.computeIfAbsent(text, t -> new ArrayList<>()).add(row);
        }
        assertThat(column.size()).isEqualTo(ROWS);
        for (int row = 0; row < ROWS; row++) {
            if (!Objects.equals(column.get(row), rows.get(row)) || !column.is(row, TextColumn.key(rows.get(row)))) {
                assertThat(column.get(row)).as("row %d", row).isEqualTo(rows.get(row));
            }
        }
        places.forEach((text, expected) -> {
            List<Integer> found = new ArrayList<>();
            for (int row = column.last(text); row >= 0; row = column.before(row)) {
                found.add(0, row);
            }
            assertThat(found).isEqualTo(expected);
        });
        assertThat(column.last("nobody has this")).isNegative();
        assertThat(column.last(new UUID(1, 2))).isNegative();
        assertThat(column.is(0, "nobody has this")).isFalse();
    }

    @Test
    @DisplayName("numbers by row and by number, the latest first")
    void numbers() {
        System.out.println("seed " + seed);
        LongColumn column = new LongColumn();
        Map<Long, List<Integer>> places = new HashMap<>();
        for (int row = 0; row < ROWS; row++) {
            long value = random.nextInt(ROWS);
            assertThat(column.add(value)).isEqualTo(row);
            places.computeIfAbsent(value, v -> new ArrayList<>()).add(row);
        }
        places.forEach((value, expected) -> {
            List<Integer> found = new ArrayList<>();
            for (int row = column.last(value); row >= 0; row = column.before(row)) {
                assertThat(column.get(row)).isEqualTo(value);
                found.add(0, row);
            }
            assertThat(found).isEqualTo(expected);
        });
        assertThat(column.last(-1)).isNegative();
    }

    @Test
    @DisplayName("few distinct values stay right when they become many, and when a row is changed")
    void values() {
        System.out.println("seed " + seed);
        Column<String> column = new Column<>();
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            int distinct = row < ROWS / 2 ? 100 : 1000;
            String value = random.nextInt(50) == 0 ? null : "value " + random.nextInt(distinct);
            column.add(value);
            rows.add(value);
            int changed = random.nextInt(rows.size());
            column.set(changed, value);
            rows.set(changed, value);
        }
        List<String> kept = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            kept.add(column.get(row));
        }
        assertThat(kept).isEqualTo(rows);
    }

    private String some(List<String> rows) {
        return rows.isEmpty() ? null : rows.get(random.nextInt(rows.size()));
    }

    private String text() {
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> new UUID(random.nextLong(), random.nextLong()).toString();
            case 3 -> new UUID(random.nextLong(), random.nextLong()).toString().toUpperCase(java.util.Locale.ROOT);
            case 4 -> "agent-" + random.nextInt() + "@müller.example";
            default -> "\0" + "y".repeat(random.nextInt(300));
        };
    }
}
