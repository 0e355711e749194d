//! Did-you-mean: the known word nearest to a misspelt one.

/// The candidate nearest to `word`, if one is near enough to be meant.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(word, c), c))
        .filter(|&(distance, c)| {
            distance <= (c.chars().count().max(word.chars().count()) / 3).max(1) && distance < c.len()
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        assert_eq!(closest("wieght", ["input", "weight", "bias"]), Some("weight"));
        assert_eq!(closest("kernal", ["kernel", "window"]), Some("kernel"));
        assert_eq!(closest("zebra", ["input", "weight", "bias"]), None);
        assert_eq!(closest("x", ["i"]), None);
    }
}
