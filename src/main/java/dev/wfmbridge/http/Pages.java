package dev.wfmbridge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.compact.LongColumn;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * One reading of a listing of either API, page by page: the call for the next page, and whether there is one. A listing is read to its
 * end or fails; none is followed forever, whatever it claims. A reader takes three steps, as long as {@link #isMore}: send
 * {@link #getCall}, take the rows of the answer, {@link #follow} it.
 *
 * <p>Zendesk's pages give the cursor of the next one, Genesys' pages say how many there are. Used by one thread at a time.
 */
public final class Pages {

    /** Cursors are some 100 characters. */
    private static final int LONGEST_CURSOR = 4_096;

    private enum End {
        CURSOR,
        COUNT,
        COUNT_IF_TOLD
    }

    private final End end;
    private final int mostPages;
    private final Function<Pages, Call> calls;
    /** A 64-bit hash of each cursor so far: 100,000 of them take less than 3 MB. */
    private final LongColumn seen = new LongColumn();

    private String cursor = "";
    private int pages;
    private boolean more;

    private Pages(End end, int mostPages, Function<Pages, Call> calls) {
        this.end = end;
        this.mostPages = mostPages;
        this.calls = calls;
        this.more = calls != null;
    }

    /**
     * A listing of Zendesk.
     *
     * @param mostPages {@code http.max-pages}
     * @param call makes the call for a page from what is to be added to its query, {@code &page[after]=…} or nothing
     */
    static Pages byCursor(int mostPages, Function<String, Call> call) {
        return new Pages(End.CURSOR, mostPages, listing -> call.apply(listing.after()));
    }

    /**
     * A listing of Genesys.
     *
     * @param isTold whether each page has to say how many there are; if it need not, and does not, it is the
     * only one @param call makes the call for a page number, from 1
     */
    static Pages byNumber(int mostPages, boolean isTold, Function<Integer, Call> call) {
        return new Pages(isTold ? End.COUNT : End.COUNT_IF_TOLD, mostPages, listing -> call.apply(listing.pages + 1));
    }

    /** A listing of which nothing is read. */
    public static Pages nothing() {
        return new Pages(End.CURSOR, 0, null);
    }

    /** Whether there is a page that has not been read. */
    public boolean isMore() {
        return more;
    }

    /** The call for the next page. */
    public Call getCall() {
        return calls.apply(this);
    }

    /** Pages read so far. */
    public int pages() {
        return pages;
    }

    /** Everything needed is known: nothing more is read. */
    public void end() {
        more = false;
    }

    /**
     * Takes what a page says about the next one, after its rows were taken.
     *
     * @return whether there is one
     * @throws UnexpectedAnswerException if the page does not say, names one that was read before, or if there are more than any listing has
     */
    public boolean follow(JsonNode page) throws UnexpectedAnswerException {
        pages++;
        more = end == End.CURSOR ? byCursor(page) : byCount(page);
        if (more && pages >= mostPages) {
            more = false;
            throw new UnexpectedAnswerException("there are more pages than http.max-pages (" + mostPages + ")");
        }
        return more;
    }

    private boolean byCursor(JsonNode page) throws UnexpectedAnswerException {
        more = false;
        JsonNode told = page.path("meta").path("has_more");
        if (!told.isBoolean()) {
            throw new UnexpectedAnswerException("a page does not say whether there are more");
        }
        if (!told.asBoolean()) {
            return false;
        }
        cursor = page.path("meta").path("after_cursor").asText("");
        if (cursor.isEmpty() || cursor.length() > LONGEST_CURSOR) {
            throw new UnexpectedAnswerException("a page says that there are more, and has no cursor");
        }
        long number = number(cursor);
        if (seen.last(number) >= 0) {
            throw new UnexpectedAnswerException("a page's cursor came before, so the listing would never end");
        }
        seen.add(number);
        return true;
    }

    private boolean byCount(JsonNode page) throws UnexpectedAnswerException {
        more = false;
        JsonNode count = page.path("pageCount");
        if (!count.isInt()) {
            if (end == End.COUNT_IF_TOLD && count.isMissingNode()) {
                return false;
            }
            throw new UnexpectedAnswerException(
                    "the answer has no pageCount, so that nobody knows if it is the last page");
        }
        if (count.intValue() > mostPages) {
            throw new UnexpectedAnswerException(
                    "there are " + count.intValue() + " pages, more than http.max-pages (" + mostPages + ")");
        }
        return pages < count.intValue();
    }

    private String after() {
        return cursor.isEmpty() ? "" : "&page%5Bafter%5D=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }

    /** FNV-1a: two different cursors of one listing practically never collide. */
    private static long number(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
