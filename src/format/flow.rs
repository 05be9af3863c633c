//! Running text out of markup: white space between words is one space, and blocks are lines or paragraphs.

/// What stands between two pieces; of several that meet, the widest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    #[default]
    Nothing,
    Space,
    /// Between the cells of a table.
    Tab,
    Line,
    Paragraph,
}

/// The text so far.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    text: String,
    n_chars: u64,
    gap: Gap,
}

impl Flow {
    /// Parts what came from what will come. Nothing stands before the first word and after the last.
    pub(crate) fn part(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Where the next character will stand, in code points.
    pub(crate) fn next_place(&mut self) -> u64 {
        let gap = match std::mem::take(&mut self.gap) {
            _ if self.text.is_empty() => "",
            Gap::Nothing => "",
            Gap::Space => " ",
            Gap::Tab => "\t",
            Gap::Line => "\n",
            Gap::Paragraph => "\n\n",
        };
        self.verbatim(gap);
        self.n_chars
    }

    /// Characters as they are.
    pub(crate) fn verbatim(&mut self, words: &str) {
        self.text.push_str(words);
        self.n_chars += words.chars().count() as u64;
    }

    /// Words, with one space for any white space but a no-break space. `at` hears where each character stands.
    pub(crate) fn words(&mut self, words: &str, mut at: impl FnMut(u64)) {
        for c in words.chars() {
            if c.is_whitespace() && c != '\u{a0}' {
                self.part(Gap::Space);
            } else {
                at(self.next_place());
                self.text.push(c);
                self.n_chars += 1;
            }
        }
    }

    /// How many code points there are so far, without what parts them from what will come.
    pub(crate) fn n_chars(&self) -> u64 {
        self.n_chars
    }

    /// The text so far.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}
