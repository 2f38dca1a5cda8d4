package dev.wfmbridge.http;

import java.util.ArrayList;
import java.util.List;

/** Cuts what is to be sent to an API that takes only so much in one call. */
public final class Batches {

    private Batches() {}

    /** The elements in their order, in views of the list that have at most so many each; none if there are none. */
    public static <T> List<List<T>> of(List<T> all, int most) {
        List<List<T>> batches = new ArrayList<>(count(all.size(), most));
        for (int from = 0; from < all.size(); from += most) {
            batches.add(all.subList(from, Math.min(all.size(), from + most)));
        }
        return batches;
    }

    /** How many batches so many elements make. */
    public static int count(int elements, int most) {
        return (elements + most - 1) / most;
    }
}
