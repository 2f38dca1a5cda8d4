package dev.wfmbridge.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;

/** Rows in columns that are as wide as their longest cell. */
final class Table {

    private final Ansi ansi;
    private final List<Ansi.Text[]> rows = new ArrayList<>();

    /** @param ansi whether colours are wanted; AUTO: on a terminal only */
    Table(Ansi ansi) {
        this.ansi = ansi;
    }

    /** Cells are shown as they are, whatever is in them. */
    Table row(List<String> cells) {
        return row(null, cells);
    }

    /** @param colour of the first cell; null for none */
    Table row(String colour, List<String> cells) {
        Ansi.Text[] texts = cells.stream()
                .map(cell -> Ansi.OFF.new Text(cell.replace("@|", "@ |")))
                .toArray(Ansi.Text[]::new);
        if (colour != null) {
            texts[0] = ansi.text("@|" + colour + " " + cells.get(0) + "|@");
        }
        rows.add(texts);
        return this;
    }

    @Override
    public String toString() {
        Column[] columns = new Column[rows.get(0).length];
        for (int i = 0; i < columns.length; i++) {
            int column = i;
            int width = rows.stream()
                    .mapToInt(row -> row[column].plainString().length())
                    .max()
                    .orElse(1);
            columns[i] = new Column(width + 2, 0, Column.Overflow.SPAN);
        }
        TextTable table = TextTable.forColumns(Help.defaultColorScheme(ansi), columns);
        rows.forEach(table::addRowValues);
        return table.toString();
    }
}
