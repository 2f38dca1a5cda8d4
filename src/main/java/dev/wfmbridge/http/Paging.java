package dev.wfmbridge.http;

import java.util.function.Function;

/** Starts reads of listings, each with the limit on pages ({@code http.max-pages}). */
public final class Paging {

    private final int mostPages;

    /** @param mostPages of one listing */
    public Paging(int mostPages) {
        this.mostPages = mostPages;
    }

    /**
     * A listing of Zendesk, whose pages give the cursor of the next one.
     *
     * @param call makes the call for a page from what is to be added to its query
     */
    public Pages byCursor(Function<String, Call> call) {
        return Pages.byCursor(mostPages, call);
    }

    /**
     * A listing of Genesys, each page of which says how many there are.
     *
     * @param call makes the call for a page number, from 1
     */
    public Pages byNumber(Function<Integer, Call> call) {
        return Pages.byNumber(mostPages, true, call);
    }

    /** The same, except that a page that does not say is the only one. */
    public Pages byNumberIfTold(Function<Integer, Call> call) {
        return Pages.byNumber(mostPages, false, call);
    }
}
