//! Cuts a block into text and nested marks: what the article element holds.

use std::cmp::Reverse;

use crate::annotation::{Annotation, AnnotationId};
use crate::text::Span;

/// A piece of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text that no further annotation covers.
    Text(Span),
    /// An annotation, or the part of one that lies in this block or between the ends of one that crosses it.
    Mark {
        /// Whose.
        id: AnnotationId,
        /// How many marks are stacked inside it at the most: 0 when there is only text.
        level: usize,
        /// What it covers, in order.
        children: Vec<Node>,
    },
}

/// How many marks may lie in each other: they are drawn by functions that call themselves, of which some thousand are too
/// many. Annotations within so many others have no mark there.
const DEEPEST: usize = 200;

/// The pieces of a block, in order; joined, their text is the block's.
///
/// `annotations` are those that overlap the block, in the order of reading (by start, the longer first). An
/// annotation that lies within another becomes a mark within its mark; of two that cross, the later one is cut. One
/// with gaps is a mark for each of its parts.
pub fn marks(block: Span, annotations: &[(AnnotationId, &Annotation)]) -> Vec<Node> {
    let in_block = |(id, annotation): &(AnnotationId, &Annotation)| {
        let parts = annotation.parts().into_iter().filter(|part| part.overlaps(block));
        parts.map(|part| (*id, part)).collect::<Vec<_>>()
    };
    let mut parts: Vec<(AnnotationId, Span)> = annotations.iter().flat_map(in_block).collect();
    // Stable: of equal ones, those of the annotation that comes first.
    parts.sort_by_key(|(_, part)| (part.start(), Reverse(part.end())));
    let mut edges = vec![block.start(), block.end()];
    for (_, part) in &parts {
        if let Some(shown) = part.intersection(block) {
            edges.extend([shown.start(), shown.end()]);
        }
    }
    edges.sort_unstable();
    edges.dedup();
    let mut root = Vec::new();
    let mut open: Vec<(AnnotationId, Vec<Node>)> = Vec::new();
    let mut next = 0;
    let mut covering: Vec<(AnnotationId, Span)> = Vec::new();
    for pair in edges.windows(2) {
        covering.retain(|(_, span)| span.end() > pair[0]);
        while let Some((id, part)) = parts.get(next).filter(|(_, part)| part.start() <= pair[0]) {
            if part.end() > pair[0] {
                covering.push((*id, *part));
            }
            next += 1;
        }
        let shown = &covering[..covering.len().min(DEEPEST)];
        let common = open.iter().zip(shown).take_while(|((id, _), (other, _))| id == other).count();
        close(&mut open, common, &mut root);
        open.extend(shown[common..].iter().map(|(id, _)| (*id, Vec::new())));
        let text = block.between(pair[0], pair[1]).map(Node::Text);
        open.last_mut().map_or(&mut root, |(_, children)| children).extend(text);
    }
    close(&mut open, 0, &mut root);
    root
}

fn close(open: &mut Vec<(AnnotationId, Vec<Node>)>, keep: usize, root: &mut Vec<Node>) {
    while open.len() > keep {
        if let Some((id, children)) = open.pop() {
            let inner = children.iter().filter_map(|child| match child {
                Node::Mark { level, .. } => Some(level + 1),
                Node::Text(_) => None,
            });
            let level = inner.max().unwrap_or(0);
            open.last_mut().map_or(&mut *root, |(_, siblings)| siblings).push(Node::Mark { id, level, children });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::annotation::{Origin, Status};
    use crate::scheme::Scheme;
    use crate::text::{ByteOffset, Text};

    fn annotation(text: &Text, start: usize, end: usize) -> Option<Annotation> {
        let span = text.span(ByteOffset::from_index(start), ByteOffset::from_index(end))?;
        let label = Scheme::built_in().labels().next()?.0;
        Some(Annotation::new(span, label, "x", Status::Accepted, Origin::Person))
    }

    fn shown(text: &Text, nodes: &[Node]) -> String {
        let node = |node: &Node| match node {
            Node::Text(span) => text.slice(*span).to_owned(),
            Node::Mark { id, level, children } => format!("[{}.{level}:{}]", id.0, shown(text, children)),
        };
        nodes.iter().map(node).collect()
    }

    fn check(content: &str, spans: &[(usize, usize)], expected: &str) {
        let text = Text::new(content);
        let mut all: Vec<_> = spans.iter().filter_map(|(start, end)| annotation(&text, *start, *end)).collect();
        all.sort_by_key(|it| (it.span.start(), std::cmp::Reverse(it.span.end())));
        let all: Vec<_> = all.iter().enumerate().map(|(id, it)| (AnnotationId(id as u32), it)).collect();
        assert_eq!(shown(&text, &marks(text.whole().expect("not empty"), &all)), expected);
    }

    #[test]
    fn nested_stays_nested_and_crossing_is_cut() {
        check("FM Bu Habib said", &[], "FM Bu Habib said");
        check("FM Bu Habib said", &[(0, 2), (3, 11)], "[0.0:FM] [1.0:Bu Habib] said");
        check("FM Bu Habib said", &[(0, 11), (3, 11)], "[0.1:FM [1.0:Bu Habib]] said");
        check("FM Bu Habib said", &[(0, 6), (3, 11)], "[0.1:FM [1.0:Bu ]][1.0:Habib] said");
        check("FM Bu Habib said", &[(3, 11), (3, 11)], "FM [0.1:[1.0:Bu Habib]] said");
        check("a😀b", &[(1, 5)], "a[0.0:😀]b");
    }

    #[test]
    fn one_with_a_gap_is_drawn_in_parts() {
        let text = Text::new("Bu and Ms Habib said");
        let whole = annotation(&text, 0, 15).expect("inside");
        let gap = text.span(ByteOffset(2), ByteOffset(10)).expect("inside");
        let in_parts = Annotation { gaps: vec![gap], ..whole };
        let within = annotation(&text, 3, 6).expect("inside");
        let all = [(AnnotationId(0), &in_parts), (AnnotationId(1), &within)];
        assert_eq!(shown(&text, &marks(text.whole().expect("words"), &all)), "[0.0:Bu] [1.0:and] Ms [0.0:Habib] said");
    }

    #[test]
    fn thousands_within_each_other_are_drawn_as_far_as_sensible() {
        let text = Text::new("x".repeat(5_000));
        let all: Vec<_> = (0..2_000).filter_map(|n| annotation(&text, n, 5_000 - n)).collect();
        let all: Vec<_> = all.iter().enumerate().map(|(id, it)| (AnnotationId(id as u32), it)).collect();
        let nodes = marks(text.whole().expect("words"), &all);
        let shown = shown(&text, &nodes);
        assert_eq!(shown.matches('x').count(), 5_000);
        assert_eq!(shown.matches('[').count(), DEEPEST);
        assert!(shown.starts_with("[0.199:x[1.198:x"), "{}", &shown[..40]);
    }

    proptest! {
        #[test]
        fn pieces_joined_are_the_text_and_marks_cover_their_spans(spans in prop::collection::vec((0usize..24, 1usize..12), 0..12)) {
            let text = Text::new("abcdefghijklmnopqrstuvwxyz");
            let block = text.span(ByteOffset(3), ByteOffset(20)).expect("inside");
            let mut all: Vec<_> = spans.iter().filter_map(|(start, n)| annotation(&text, *start, (*start + n).min(26))).collect();
            all.sort_by_key(|it| (it.span.start(), std::cmp::Reverse(it.span.end())));
            all.retain(|it| it.span.overlaps(block));
            let all: Vec<_> = all.iter().enumerate().map(|(id, it)| (AnnotationId(id as u32), it)).collect();
            let mut covered = vec![Vec::new(); all.len()];
            let mut joined = String::new();
            fn walk(nodes: &[Node], stack: &mut Vec<usize>, covered: &mut [Vec<usize>], joined: &mut String, text: &Text) {
                for node in nodes {
                    match node {
                        Node::Text(span) => {
                            joined.push_str(text.slice(*span));
                            for id in stack.iter() { covered[*id].extend(span.range()); }
                        }
                        Node::Mark { id, children, .. } => {
                            stack.push(id.0 as usize);
                            walk(children, stack, covered, joined, text);
                            stack.pop();
                        }
                    }
                }
            }
            walk(&marks(block, &all), &mut Vec::new(), &mut covered, &mut joined, &text);
            prop_assert_eq!(joined, text.slice(block));
            for (id, it) in all {
                let expected: Vec<usize> = it.span.intersection(block).expect("overlaps").range().collect();
                prop_assert_eq!(&covered[id.0 as usize], &expected);
            }
        }
    }
}
