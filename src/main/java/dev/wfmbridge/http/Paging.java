package dev.wfmbridge.http;

import java.util.function.Function;

/** Begins the reading of paging, each with the bound that no listing goes beyond ({@code http.max-pages}). */
public final class Paging {

    private final int mostPages;

    /** @param mostPages of one listing */
    public Paging(int mostPages) {
        this.mostPages = mostPages;
    }

    /**
     * One of Zendesk, whose pages name the place of the next one.
     *
     * @param call makes the call for a page of what is to be added to its query
     */
    public Pages byCursor(Function<String, Call> call) {
        return Pages.byCursor(mostPages, call);
    }

    /**
     * One of Genesys, each page of which tells how many there are.
     *
     * @param call makes the call for the page of a number, from 1
     */
    public Pages byNumber(Function<Integer, Call> call) {
        return Pages.byNumber(mostPages, true, call);
    }

    /** The same, where a page that tells nothing is the only one. */
    public Pages byNumberIfTold(Function<Integer, Call> call) {
        return Pages.byNumber(mostPages, false, call);
    }
}
