//! All annotations of an article: found by id, by position and by group in time that does not grow with the text.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{About, Annotation, AnnotationId, Edit, Status, Transaction};
use crate::scheme::{GroupKind, LabelId, Scheme};
use crate::text::{ByteOffset, Span};

/// Bytes of text to a bucket of the index by position.
const BUCKET: usize = 512;

/// From so many edits on, at least, the groups are put in order once for all.
const MANY_EDITS: usize = 32;

/// Where an annotation stands, in the order of reading: by start, the longer first, the older first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The start above the complement of the end: one comparison for both.
    at: u64,
    id: AnnotationId,
}

impl Place {
    fn new(start: ByteOffset, end: ByteOffset, id: AnnotationId) -> Self {
        Self { at: u64::from(start.0) << 32 | u64::from(!end.0), id }
    }

    fn len_bytes(self) -> usize {
        // The halves of `at`.
        let (start, end) = ((self.at >> 32) as u32, !(self.at as u32));
        (end - start) as usize
    }

    /// The annotation that stands here.
    pub fn id(self) -> AnnotationId {
        self.id
    }
}

/// Names a group: a person or a topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKey {
    /// Person or topic.
    pub kind: GroupKind,
    /// The canonical name of the person, or the normalised topic.
    pub entity: Arc<str>,
}

/// The visible mentions of a person or topic, never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// All mentions in the order of reading.
    pub mentions: BTreeSet<Place>,
    /// How many of them nobody has decided on yet.
    pub n_suggested: usize,
}

/// A transaction that does not fit the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// This annotation is not what its edit says it was.
    Annotation(AnnotationId),
    /// Something else is said of the article than the edit expects.
    About,
}

/// The annotations of one article. Only [`AnnotationSet::apply`] changes them. A tagset whose labels are mentions of
/// something else than before comes with [`AnnotationSet::group_anew`].
#[derive(Clone, Debug, Default)]
pub struct AnnotationSet {
    by_id: BTreeMap<AnnotationId, Arc<Annotation>>,
    /// The visible ones.
    order: BTreeSet<Place>,
    /// Those of them that nobody has decided on.
    suggested: BTreeSet<Place>,
    /// The visible ones that share a byte with bytes `i * BUCKET ..` of the text.
    buckets: Vec<Vec<AnnotationId>>,
    groups: BTreeMap<GroupKey, Group>,
    /// How many there are of each kind.
    n_groups: BTreeMap<GroupKind, usize>,
    /// How many visible ones have each label, where there are any.
    n_of_label: BTreeMap<LabelId, usize>,
    /// How many visible ones are flagged as doubtful.
    n_unsure: usize,
    /// Groups by number of mentions, most first, then by name.
    ranking: BTreeSet<(GroupKind, Reverse<usize>, Arc<str>)>,
    next_id: u32,
    about: About,
}

impl AnnotationSet {
    /// Carries out a transaction whole, or not at all when it does not fit: also when two of its edits concern the
    /// same annotation, or when an id leaves no room for a fresh one.
    pub fn apply(&mut self, transaction: &Transaction, scheme: &Scheme) -> Result<(), Conflict> {
        // Many edits are mostly in the order of their ids: then each is there once.
        let mut ids = BTreeSet::new();
        let is_in_order = transaction.edits.is_sorted_by(|one, next| one.id < next.id);
        for edit in &transaction.edits {
            let fits = match &edit.before {
                None if edit.id.0 >= self.next_id => true,
                before => self.by_id.get(&edit.id) == before.as_ref(),
            };
            if !fits || edit.id.0 == u32::MAX || !(is_in_order || ids.insert(edit.id)) {
                return Err(Conflict::Annotation(edit.id));
            }
        }
        if let Some(about) = transaction.about.as_deref() {
            if self.about != about.before {
                return Err(Conflict::About);
            }
            self.about = about.after.clone();
        }
        // What many edits bring is put in order once, afterwards.
        let are_many = transaction.edits.len() >= self.groups.len().max(MANY_EDITS);
        if are_many {
            self.ranking.clear();
        }
        for edit in &transaction.edits {
            self.change(edit, !are_many, scheme);
        }
        if are_many {
            let after = transaction.edits.iter().filter_map(|edit| Some((edit.id, &**edit.after.as_ref()?)));
            self.list_many(&after.filter(|(_, annotation)| annotation.is_visible()).collect::<Vec<_>>(), scheme);
            self.ranking.extend(self.groups.iter().map(|(key, group)| rank(key, group)));
        }
        Ok(())
    }

    /// Does one edit that fits.
    #[inline(never)] // the browser makes what is often called fast by whole functions, short ones sooner
    fn change(&mut self, edit: &Edit, is_alone: bool, scheme: &Scheme) {
        if edit.before.is_some()
            && let Some(before) = self.by_id.remove(&edit.id)
        {
            self.unlist(edit.id, &before, scheme, is_alone);
        }
        if let Some(after) = &edit.after {
            if is_alone {
                self.list(edit.id, after, scheme);
            }
            self.by_id.insert(edit.id, after.clone());
        }
        self.next_id = self.next_id.max(edit.id.0 + 1);
    }

    /// Groups the visible ones anew: when labels have become mentions of something else, since groups are found by what
    /// the tagset says now.
    pub fn group_anew(&mut self, scheme: &Scheme) {
        let mut groups: BTreeMap<GroupKey, Group> = BTreeMap::new();
        for place in &self.order {
            let annotation = &*self.by_id[&place.id];
            let group = groups.entry(self.group_of(annotation, scheme)).or_default();
            group.mentions.insert(*place);
            group.n_suggested += usize::from(annotation.status == Status::Suggested);
        }
        self.ranking = groups.iter().map(|(key, group)| rank(key, group)).collect();
        self.n_groups.clear();
        for key in groups.keys() {
            *self.n_groups.entry(key.kind).or_default() += 1;
        }
        self.groups = groups;
    }

    /// What is said of the article as a whole.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// An id that no annotation of this article ever had.
    pub fn fresh_id(&self) -> AnnotationId {
        AnnotationId(self.next_id)
    }

    /// The annotation of an id, visible or not.
    pub fn get(&self, id: AnnotationId) -> Option<&Annotation> {
        self.by_id.get(&id).map(|annotation| &**annotation)
    }

    /// All annotations, the rejected ones too, by id.
    pub fn all(&self) -> impl Iterator<Item = (AnnotationId, &Annotation)> {
        self.by_id.iter().map(|(id, annotation)| (*id, &**annotation))
    }

    /// The visible annotations in the order of reading.
    pub fn visible(&self) -> impl DoubleEndedIterator<Item = (AnnotationId, &Annotation)> {
        self.order.iter().map(|place| (place.id, &*self.by_id[&place.id]))
    }

    /// The suggestions that nobody has decided on, in the order of reading.
    pub fn suggested(&self) -> impl DoubleEndedIterator<Item = (AnnotationId, &Annotation)> {
        self.suggested.iter().map(|place| (place.id, &*self.by_id[&place.id]))
    }

    /// How many are visible.
    pub fn n_visible(&self) -> usize {
        self.order.len()
    }

    /// The labels of the visible ones.
    pub fn labels(&self) -> impl Iterator<Item = LabelId> {
        self.n_of_label.keys().copied()
    }

    /// How many visible ones are flagged as doubtful.
    pub fn n_unsure(&self) -> usize {
        self.n_unsure
    }

    /// How many of them nobody has decided on yet.
    pub fn n_suggested(&self) -> usize {
        self.suggested.len()
    }

    /// Whether two sets hold the same annotations under the same ids.
    pub fn same_as(&self, other: &AnnotationSet) -> bool {
        self.by_id == other.by_id && self.about == other.about
    }

    /// The visible annotations that share a byte with a span, in the order of reading; those in parts count with their
    /// gaps.
    pub fn overlapping(&self, span: Span) -> Vec<(AnnotationId, &Annotation)> {
        let mut places = BTreeSet::new();
        for id in bucket_range(span).filter_map(|bucket| self.buckets.get(bucket)).flatten() {
            let annotation = &self.by_id[id];
            if annotation.span.overlaps(span) {
                places.insert(place(*id, annotation));
            }
        }
        places.into_iter().map(|place| (place.id, &*self.by_id[&place.id])).collect()
    }

    /// The visible annotations that begin in a part of the text and whose spans have one of some lengths (in bytes), in the
    /// order of reading. Others are passed by without being looked up.
    pub fn of_lengths<const N: usize>(
        &self,
        within: Span,
        lengths: [usize; N],
    ) -> impl Iterator<Item = (AnnotationId, &Annotation)> {
        let first_at = |start| Place::new(start, ByteOffset(u32::MAX), AnnotationId(0));
        let places = self.order.range(first_at(within.start())..first_at(within.end()));
        let fitting = places.filter(move |place| lengths.contains(&place.len_bytes()));
        fitting.map(|place| (place.id, &*self.by_id[&place.id]))
    }

    /// The visible annotations at a position, innermost (shortest) first; one that only ends there counts when none
    /// goes on.
    pub fn at(&self, offset: ByteOffset) -> Vec<AnnotationId> {
        let bucket = offset.index() / BUCKET;
        let near = [bucket.checked_sub(1), Some(bucket)];
        let ids = near.into_iter().flatten().filter_map(|bucket| self.buckets.get(bucket)).flatten();
        let mut found: Vec<_> = ids
            .map(|id| (*id, &*self.by_id[id]))
            .filter(|(_, annotation)| annotation.touches(offset))
            .map(|(id, annotation)| (annotation.span.end() == offset, annotation.span.len_bytes(), id))
            .collect();
        found.sort();
        found.dedup();
        found.into_iter().map(|(_, _, id)| id).collect()
    }

    /// The next visible annotation after a place, or the first one that starts at or after a position.
    pub fn next(&self, from: Cursor, only: Only) -> Option<AnnotationId> {
        let index = self.index(only);
        match from.place(self) {
            Ok(place) => index.range((std::ops::Bound::Excluded(place), std::ops::Bound::Unbounded)).next(),
            Err(offset) => {
                let first = Place::new(offset, ByteOffset(u32::MAX), AnnotationId(0));
                index.range(first..).next()
            }
        }
        .map(|place| place.id)
    }

    /// The last visible annotation before a place, or the last one that starts before a position.
    pub fn previous(&self, from: Cursor, only: Only) -> Option<AnnotationId> {
        let end = match from.place(self) {
            Ok(place) => place,
            Err(offset) => Place::new(offset, ByteOffset(u32::MAX), AnnotationId(0)),
        };
        self.index(only).range(..end).next_back().map(|place| place.id)
    }

    /// The visible mentions of a person or topic.
    pub fn group(&self, key: &GroupKey) -> Option<&Group> {
        self.groups.get(key)
    }

    /// The group of an annotation.
    pub fn group_of(&self, annotation: &Annotation, scheme: &Scheme) -> GroupKey {
        let kind = scheme.label(annotation.label).groups_by;
        GroupKey { kind, entity: annotation.entity.as_str().into() }
    }

    /// The groups of a kind, most mentions first, then by name.
    pub fn groups(&self, kind: GroupKind) -> impl Iterator<Item = (GroupKey, &Group)> {
        self.ranked(kind).map(move |entity| {
            let key = GroupKey { kind, entity: entity.clone() };
            let group = &self.groups[&key];
            (key, group)
        })
    }

    /// Their names alone: to look a group up takes longer than to pass it by.
    pub fn ranked(&self, kind: GroupKind) -> impl Iterator<Item = &Arc<str>> {
        let first = (kind, Reverse(usize::MAX), Arc::from(""));
        self.ranking.range(first..).take_while(move |(other, ..)| *other == kind).map(|(_, _, entity)| entity)
    }

    /// How many groups of a kind there are.
    pub fn n_groups(&self, kind: GroupKind) -> usize {
        self.n_groups.get(&kind).copied().unwrap_or_default()
    }

    fn index(&self, only: Only) -> &BTreeSet<Place> {
        match only {
            Only::All => &self.order,
            Only::Suggested => &self.suggested,
        }
    }

    fn list(&mut self, id: AnnotationId, annotation: &Annotation, scheme: &Scheme) {
        if !annotation.is_visible() {
            return;
        }
        let place = place(id, annotation);
        self.order.insert(place);
        self.count(id, annotation);
        let is_suggested = annotation.status == Status::Suggested;
        if is_suggested {
            self.suggested.insert(place);
        }
        self.regroup(annotation, scheme, true, |group| {
            group.mentions.insert(place);
            group.n_suggested += usize::from(is_suggested);
        });
    }

    /// The same for many visible ones: each group is looked up once, and what is in order is put where nothing was at once.
    #[inline(never)] // as above
    fn list_many(&mut self, many: &[(AnnotationId, &Annotation)], scheme: &Scheme) {
        let places = || many.iter().map(|(id, annotation)| (place(*id, annotation), *annotation));
        let is_suggested = |annotation: &Annotation| annotation.status == Status::Suggested;
        put(&mut self.order, places().map(|(place, _)| place).collect());
        put(&mut self.suggested, places().filter(|(_, it)| is_suggested(it)).map(|(place, _)| place).collect());
        let mut groups: HashMap<(GroupKind, &str), (Vec<Place>, usize)> = HashMap::new();
        for (place, annotation) in places() {
            self.count(place.id, annotation);
            let kind = scheme.label(annotation.label).groups_by;
            let (mentions, n_suggested) = groups.entry((kind, &annotation.entity)).or_default();
            mentions.push(place);
            *n_suggested += usize::from(is_suggested(annotation));
        }
        for ((kind, entity), (mentions, n_suggested)) in groups {
            let group = self.groups.entry(GroupKey { kind, entity: entity.into() }).or_default();
            if group.mentions.is_empty() {
                *self.n_groups.entry(kind).or_default() += 1;
            }
            put(&mut group.mentions, mentions);
            group.n_suggested += n_suggested;
        }
    }

    /// Notes a visible one where no order is kept.
    fn count(&mut self, id: AnnotationId, annotation: &Annotation) {
        for bucket in bucket_range(annotation.span) {
            if self.buckets.len() <= bucket {
                self.buckets.resize_with(bucket + 1, Vec::new);
            }
            self.buckets[bucket].push(id);
        }
        *self.n_of_label.entry(annotation.label).or_default() += 1;
        self.n_unsure += usize::from(annotation.unsure);
    }

    fn unlist(&mut self, id: AnnotationId, annotation: &Annotation, scheme: &Scheme, is_ranked: bool) {
        if !annotation.is_visible() {
            return;
        }
        let place = place(id, annotation);
        self.order.remove(&place);
        for bucket in bucket_range(annotation.span) {
            self.buckets[bucket].retain(|other| *other != id);
        }
        if let Some(n) = self.n_of_label.get_mut(&annotation.label) {
            *n -= 1;
            if *n == 0 {
                self.n_of_label.remove(&annotation.label);
            }
        }
        self.n_unsure -= usize::from(annotation.unsure);
        let suggested = self.suggested.remove(&place);
        self.regroup(annotation, scheme, is_ranked, |group| {
            group.mentions.remove(&place);
            group.n_suggested -= usize::from(suggested);
        });
    }

    fn regroup(&mut self, annotation: &Annotation, scheme: &Scheme, is_ranked: bool, change: impl FnOnce(&mut Group)) {
        let key = self.group_of(annotation, scheme);
        let group = self.groups.entry(key.clone()).or_default();
        if is_ranked {
            self.ranking.remove(&rank(&key, group));
        }
        let was_empty = group.mentions.is_empty();
        change(group);
        let is_empty = group.mentions.is_empty();
        if was_empty != is_empty {
            let n = self.n_groups.entry(key.kind).or_default();
            *n = if is_empty { *n - 1 } else { *n + 1 };
        }
        if is_empty {
            self.groups.remove(&key);
        } else if is_ranked {
            self.ranking.insert(rank(&key, group));
        }
    }
}

/// Puts places where there may be some: those that are in order mostly, as what comes from a file or is suggested, at once.
fn put(places: &mut BTreeSet<Place>, more: Vec<Place>) {
    if places.is_empty() && more.is_sorted() {
        *places = more.into_iter().collect();
    } else {
        places.extend(more);
    }
}

/// Where a group stands among those of its kind.
fn rank(key: &GroupKey, group: &Group) -> (GroupKind, Reverse<usize>, Arc<str>) {
    (key.kind, Reverse(group.mentions.len()), key.entity.clone())
}

/// From where to look for the next or previous annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// From an annotation that is visible.
    Annotation(AnnotationId),
    /// From a position in the text.
    Position(ByteOffset),
}

impl Cursor {
    fn place(self, set: &AnnotationSet) -> Result<Place, ByteOffset> {
        match self {
            Cursor::Annotation(id) => set.get(id).map(|annotation| place(id, annotation)).ok_or(ByteOffset(0)),
            Cursor::Position(offset) => Err(offset),
        }
    }
}

/// Which annotations to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All visible ones.
    All,
    /// Those that nobody has decided on.
    Suggested,
}

fn place(id: AnnotationId, annotation: &Annotation) -> Place {
    Place::new(annotation.span.start(), annotation.span.end(), id)
}

fn bucket_range(span: Span) -> std::ops::RangeInclusive<usize> {
    span.start().index() / BUCKET..=(span.end().index() - 1) / BUCKET
}
