package dev.wfmbridge.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of docs/, as read by whoever types its commands. */
record Page(String name, List<Block> blocks, List<String> inline) {

    private static final Pattern FENCE = Pattern.compile("^\\s*```(\\w*)\\s*$");
    private static final Pattern INLINE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern COMMAND = Pattern.compile(
            "(?:bridge|bin/wfm-bridge|sudo|kubectl|podman|docker|skopeo|systemctl|journalctl|promtool|curl|java|tar|ssh) .*");
    private static final Pattern EXIT = Pattern.compile("\\s#.*\\bexit (\\d+)\\b.*$");
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#(?:\\s.*)?$");

    /** A block of commands, and the lines that its output has by the block of text after it. */
    record Block(List<Command> commands, List<String> sees) {}

    /** One command without its comment, and the exit status that the comment states. */
    record Command(String text, int exit) {}

    static Page read(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        StringBuilder prose = new StringBuilder();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                prose.append(lines.get(i)).append('\n');
                continue;
            }
            List<String> content = new ArrayList<>();
            for (i++; !lines.get(i).strip().equals("```"); i++) {
                content.add(lines.get(i).strip());
            }
            if (fence.group(1).equals("sh")) {
                blocks.add(new Block(commands(content), new ArrayList<>()));
            } else if (fence.group(1).equals("text") && !blocks.isEmpty()) {
                blocks.get(blocks.size() - 1).sees().addAll(content);
            }
        }
        List<String> inline = new ArrayList<>();
        Matcher code = INLINE.matcher(prose);
        while (code.find()) {
            if (COMMAND.matcher(code.group(1)).matches()) {
                inline.add(code.group(1));
            }
        }
        return new Page(file.getFileName().toString(), blocks, inline);
    }

    private static List<Command> commands(List<String> lines) {
        List<Command> commands = new ArrayList<>();
        StringBuilder whole = new StringBuilder();
        for (String line : lines) {
            if (line.endsWith("\\")) {
                whole.append(line, 0, line.length() - 1);
                continue;
            }
            String text = whole.append(line).toString();
            whole.setLength(0);
            Matcher exit = EXIT.matcher(text);
            int status = exit.find() ? Integer.parseInt(exit.group(1)) : 0;
            text = COMMENT.matcher(text).replaceFirst("").strip();
            if (!text.isEmpty()) {
                commands.add(new Command(text, status));
            }
        }
        return commands;
    }

    /** Every command of the page, those within sentences too. */
    List<String> all() {
        List<String> all = new ArrayList<>(inline);
        blocks.forEach(block -> block.commands().forEach(command -> all.add(command.text())));
        return all;
    }
}
