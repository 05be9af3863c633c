//! The list beside the text: persons or topics with their counts, and the mentions of the one that is opened.

use crate::annotation::{Annotation, AnnotationId, Group, GroupKey, Status};
use crate::project::Article;
use crate::scheme::{GroupKind, Scheme};
use crate::text::{Span, Text};

/// Code points of context on each side of a mention.
const CONTEXT: usize = 24;
/// How many of a person's mentions are looked at for roles to show under the name.
const LOOKED_AT: usize = 40;

/// A part of the list, and how long the whole is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The rows of the window asked for.
    pub rows: Vec<Row>,
    /// How many rows the whole list has.
    pub n_rows: usize,
    /// How many groups it has.
    pub n_groups: usize,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A person or topic.
    Group {
        /// Which.
        key: GroupKey,
        /// How many mentions it has.
        n_mentions: usize,
        /// How many of them are undecided.
        n_suggested: usize,
        /// For a person: up to two different roles, as the text words them.
        roles: Vec<String>,
        /// Whether its mentions follow.
        expanded: bool,
    },
    /// A mention of the expanded group.
    Mention(MentionRow),
}

/// A mention in its context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentionRow {
    /// Which.
    pub id: AnnotationId,
    /// The words before it.
    pub before: String,
    /// Its words.
    pub words: String,
    /// The words after it.
    pub after: String,
    /// Whether it is flagged as doubtful.
    pub unsure: bool,
    /// Its label's style, 1 to 6.
    pub style: u8,
    /// The label's place in the tagset, when it has a colour of its own.
    pub hue: Option<usize>,
    /// Its label's title.
    pub label: String,
    /// Whether nobody has decided on it.
    pub suggested: bool,
}

/// The rows `window` of the list of a kind of group.
pub fn rows(
    article: &Article,
    scheme: &Scheme,
    kind: GroupKind,
    expanded: Option<&GroupKey>,
    window: std::ops::Range<usize>,
) -> Rows {
    let set = article.annotations();
    let n_groups = set.n_groups(kind);
    let expanded = expanded.filter(|key| key.kind == kind);
    let n_mentions = expanded.and_then(|key| set.group(key)).map_or(0, |group| group.mentions.len());
    let mut shown = Vec::new();
    let mut row = 0;
    for entity in set.ranked(kind) {
        if row >= window.end {
            break;
        }
        let is_expanded = expanded.is_some_and(|key| key.entity == *entity);
        let is_shown = row >= window.start;
        row += 1;
        if !is_shown && !is_expanded {
            continue;
        }
        let key = GroupKey { kind, entity: entity.clone() };
        let Some(group) = set.group(&key) else { continue };
        if is_shown {
            shown.push(Row::Group {
                n_mentions: group.mentions.len(),
                n_suggested: group.n_suggested,
                roles: if kind == GroupKind::Person { roles(article, scheme, &key, group) } else { Vec::new() },
                expanded: is_expanded,
                key,
            });
        }
        if is_expanded {
            let first = window.start.saturating_sub(row);
            let last = window.end.saturating_sub(row);
            let ids = group.mentions.iter().skip(first).take(last.saturating_sub(first)).map(|place| place.id());
            shown.extend(
                ids.filter_map(|id| set.get(id).map(|it| mention(article.text(), scheme, id, it))).map(Row::Mention),
            );
            row += group.mentions.len();
        }
    }
    Rows { rows: shown, n_rows: n_groups + n_mentions, n_groups }
}

fn roles(article: &Article, scheme: &Scheme, key: &GroupKey, group: &Group) -> Vec<String> {
    let set = article.annotations();
    let first = scheme.labels().find(|(_, label)| label.groups_by == key.kind).map(|(id, _)| id);
    let mut roles: Vec<String> = Vec::new();
    let mentions = group.mentions.iter().take(LOOKED_AT);
    for annotation in mentions.filter_map(|place| set.get(place.id())) {
        if roles.len() == 2 {
            break;
        }
        let words = article.text().slice(annotation.span);
        // A kind's first label names its members; the others say what they are.
        let is_role = Some(annotation.label) != first;
        let known = |other: &String| other.to_lowercase() == words.to_lowercase();
        if is_role && words != &*key.entity && !roles.iter().any(known) {
            roles.push(words.to_owned());
        }
    }
    roles
}

fn mention(text: &Text, scheme: &Scheme, id: AnnotationId, annotation: &Annotation) -> MentionRow {
    let (before, after) = context(text, annotation.span);
    let label = scheme.label(annotation.label);
    MentionRow {
        id,
        before,
        words: super::words(text, annotation),
        after,
        unsure: annotation.unsure,
        style: label.style,
        hue: label.colour.map(|_| annotation.label.index()),
        label: label.title.clone(),
        suggested: annotation.status == Status::Suggested,
    }
}

/// The words before and after a span: 24 code points each at the most.
pub fn context(text: &Text, span: Span) -> (String, String) {
    let content = text.as_str();
    let start = content[..span.start().index()]
        .char_indices()
        .rev()
        .take(CONTEXT)
        .last()
        .map_or(span.start().index(), |(at, _)| at);
    let before = content[start..span.start().index()].to_owned();
    (before, content[span.end().index()..].chars().take(CONTEXT).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::command::{Command, Turn, plan};
    use crate::project::UnixMillis;
    use crate::text::ByteOffset;

    #[test]
    fn a_window_of_the_list_shows_just_its_rows() {
        let scheme = Scheme::built_in();
        let text = Text::new("Foreign Minister Bu Habib met Taha. Bu Habib left.");
        let mut article = Article::new("x", text.clone());
        for (label, start, end) in [("OFFICIAL", 17, 25), ("ROLE", 0, 16), ("OFFICIAL", 30, 34), ("OFFICIAL", 36, 44)] {
            let span = text.span(ByteOffset(start), ByteOffset(end)).expect("inside");
            let label = scheme.by_name(label).expect("a label");
            let transaction =
                plan(&text, article.annotations(), scheme, &Command::Annotate { span, label }).expect("possible");
            article.turn(Turn::Do(Arc::new(transaction)), UnixMillis(0), scheme).expect("fits");
        }
        let key = GroupKey { kind: GroupKind::Person, entity: "Bu Habib".into() };
        let all = rows(&article, scheme, GroupKind::Person, Some(&key), 0..100);
        assert_eq!((all.n_rows, all.n_groups, all.rows.len()), (5, 2, 5));
        let Row::Group { n_mentions: 3, roles, expanded: true, .. } = &all.rows[0] else { panic!("{:?}", all.rows[0]) };
        assert_eq!(roles, &["Foreign Minister"]);
        for start in 0..6 {
            for end in start..7 {
                let part = rows(&article, scheme, GroupKind::Person, Some(&key), start..end);
                assert_eq!(part.rows, all.rows[start.min(5)..end.min(5)], "{start}..{end}");
                assert_eq!(part.n_rows, 5);
            }
        }
    }
}
