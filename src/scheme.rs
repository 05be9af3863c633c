//! The tagset: which labels there are, their keys and looks, what their mentions are grouped by, and what can be said
//! of each.

mod colour;
mod file;

pub use colour::{Colour, LINE_CONTRAST, Paper};

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// The tagset of a project. Labels are added and changed, never taken out: an old step of a journal may name any of
/// them. One that is no longer wanted is retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    labels: Vec<LabelSpec>,
}

/// A label of a [`Scheme`]: its place in it, the same for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(u16);

/// What a label is called, and how it behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSpec {
    /// The name in annotation files: ASCII letters, digits, `_` and `-`.
    pub name: String,
    /// The name on the screen.
    pub title: String,
    /// The key that sets it, if any: in a [`Scheme`] a small letter, as keys are named without Shift.
    pub key: Option<char>,
    /// What its mentions are mentions of.
    pub groups_by: GroupKind,
    /// Which pair of hue and line style draws it: 1 to 6, `styles/article.css`.
    pub style: u8,
    /// A colour in place of the style's hue.
    pub colour: Option<Colour>,
    /// When to use it, in a sentence.
    pub description: String,
    /// The label that it is a kind of.
    pub parent: Option<LabelId>,
    /// Whether it marks spans or whole articles.
    pub applies_to: AppliesTo,
    /// What can be said of an annotation with this label.
    pub attributes: Vec<AttributeSpec>,
    /// No longer offered. What is marked with it stays.
    pub retired: bool,
    /// Names that it had before: files and journals that use them stay readable.
    pub former_names: Vec<String>,
}

/// Something that can be said of an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeSpec {
    /// The name in annotation files: ASCII letters, digits, `_` and `-`.
    pub name: String,
    /// The name on the screen.
    pub title: String,
    /// What its values are.
    pub kind: AttributeKind,
}

/// What the values of an attribute are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeKind {
    /// Free text.
    Text,
    /// Yes or no.
    YesNo,
    /// A number in decimal digits.
    Number,
    /// One of these.
    One(Vec<String>),
    /// Any of these.
    Several(Vec<String>),
}

/// What a label is put on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppliesTo {
    /// Spans of a text.
    #[default]
    Text,
    /// A whole article.
    Article,
}

/// What the mentions of a label are grouped by in the list beside the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// Mentions denote a person.
    Person,
    /// Mentions name a topic.
    Topic,
}

/// Why a tagset cannot be used. Shown to the user as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeError(String);

impl std::fmt::Display for SchemeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SchemeError {}

/// The most labels of a tagset.
const MAX_LABELS: usize = 1_000;

impl AppliesTo {
    fn is_text(&self) -> bool {
        *self == AppliesTo::Text
    }
}

impl LabelId {
    fn at(index: usize) -> LabelId {
        LabelId(u16::try_from(index).expect("a tagset has at most a thousand labels"))
    }

    /// Its place in the tagset, from 0: for attributes of elements.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl LabelSpec {
    /// A label of a name, with nothing else decided.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            key: None,
            groups_by: GroupKind::Topic,
            style: 6,
            colour: None,
            description: String::new(),
            parent: None,
            applies_to: AppliesTo::Text,
            attributes: Vec::new(),
            retired: false,
            former_names: Vec::new(),
        }
    }

    /// Whether another tool's name for a label means this one: its name, in capitals or not, or its title.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) || self.title == name
    }

    /// Takes over what a label was called before it became this one.
    fn remember(&mut self, before: &LabelSpec) {
        for name in before.former_names.iter().chain([&before.name]) {
            if !self.former_names.contains(name) {
                self.former_names.push(name.clone());
            }
        }
        self.former_names.retain(|former| *former != self.name);
    }

    /// Whether it is another one but for its former names.
    fn is_the_same_as(&self, other: &LabelSpec) -> bool {
        *self == LabelSpec { former_names: self.former_names.clone(), ..other.clone() }
    }

    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&AttributeSpec> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

impl Scheme {
    /// The tagset that comes with the program, that of `seeds/scheme.json`: OFFICIAL, ROLE, TOPIC. It stands here once more,
    /// since what reads a tagset costs a start more than what begins with one; a test compares them.
    pub fn built_in() -> &'static Scheme {
        use GroupKind::{Person, Topic};
        static BUILT_IN: OnceLock<Scheme> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            let label = |name: &str, title: &str, key, groups_by, style, description: &str| LabelSpec {
                key: Some(key),
                groups_by,
                style,
                description: description.to_owned(),
                ..LabelSpec::new(name, title)
            };
            let official = "A mention by name of a person who holds or seeks public office.";
            let role = "An office title beside a name, or a mention of an official by office alone.";
            let topic = "An issue, event, conflict, treaty, campaign or policy area.";
            let labels = vec![
                label("OFFICIAL", "Official", 'o', Person, 1, official),
                label("ROLE", "Role", 'r', Person, 2, role),
                label("TOPIC", "Topic", 't', Topic, 3, topic),
            ];
            Scheme { labels }
        })
    }

    /// A tagset of labels, checked: one at least, no name twice, no key twice among those that are offered, no label
    /// under itself.
    pub fn of(mut labels: Vec<LabelSpec>) -> Result<Scheme, SchemeError> {
        labels.iter_mut().for_each(|label| label.key = label.key.map(without_shift));
        let refuse = |words: String| Err(SchemeError(words));
        if labels.iter().all(|label| label.retired) {
            return refuse("The tagset has no label that is offered. Keep one at least.".to_owned());
        }
        if labels.len() > MAX_LABELS {
            return refuse(format!("The tagset has more than {MAX_LABELS} labels."));
        }
        for (index, label) in labels.iter().enumerate() {
            let LabelSpec { name, style, .. } = label;
            check_name(name, "label")?;
            if label.title.trim().is_empty() {
                return refuse(format!("The label {name} has no title. Give it one, such as “{name}”."));
            }
            if !(1..=6).contains(style) {
                return refuse(format!("The style of {name} is {style}; styles go from 1 to 6."));
            }
            let named = |other: &LabelSpec| other.name == *name || other.former_names.contains(name);
            if labels[..index].iter().any(named) || labels[index + 1..].iter().any(named) {
                return refuse(format!("Two labels have had the name {name}. Take another for one of them."));
            }
            if let Some(key) = label.key.filter(|_| !label.retired) {
                if key.is_whitespace() || key.is_control() {
                    return refuse(format!("The key of {name} is no character that can be seen."));
                }
                let shares = |other: &&LabelSpec| other.key == Some(key) && !other.retired;
                if let Some(other) = labels[..index].iter().find(shares) {
                    return refuse(format!("The labels {} and {name} share the key {key}.", other.name));
                }
            }
            let mut above = label.parent;
            for _ in 0..=labels.len() {
                above = match above {
                    Some(parent) => match labels.get(parent.index()) {
                        Some(parent) => parent.parent,
                        None => return refuse(format!("{name} stands under a label that is not there.")),
                    },
                    None => break,
                };
            }
            if above.is_some() {
                return refuse(format!("{name} would stand under itself."));
            }
            check_attributes(label)?;
        }
        Ok(Scheme { labels })
    }

    /// All labels with their ids, in order, the retired ones too.
    pub fn labels(&self) -> impl Iterator<Item = (LabelId, &LabelSpec)> {
        self.labels.iter().enumerate().map(|(index, spec)| (LabelId::at(index), spec))
    }

    /// The labels that are offered for spans or for articles, each followed by those under it, with how deep they
    /// stand.
    pub fn offered(&self, applies_to: AppliesTo) -> Vec<(LabelId, &LabelSpec, usize)> {
        let mut found = Vec::new();
        let is_offered = |label: &LabelSpec| !label.retired && label.applies_to == applies_to;
        let is_top = |label: &LabelSpec| label.parent.is_none_or(|parent| !is_offered(self.label(parent)));
        let mut stack: Vec<(LabelId, usize)> =
            self.labels().filter(|(_, label)| is_offered(label) && is_top(label)).map(|(id, _)| (id, 0)).collect();
        stack.reverse();
        while let Some((id, depth)) = stack.pop() {
            found.push((id, self.label(id), depth));
            let below = self.labels().filter(|(_, label)| is_offered(label) && label.parent == Some(id));
            let mut below: Vec<(LabelId, usize)> = below.map(|(id, _)| (id, depth + 1)).collect();
            below.reverse();
            stack.extend(below);
        }
        found
    }

    /// What a label is.
    ///
    /// # Panics
    /// When the id is another scheme's.
    pub fn label(&self, id: LabelId) -> &LabelSpec {
        &self.labels[id.index()]
    }

    /// Whether the labels that are in both tagsets are mentions of the same.
    pub fn groups_as(&self, other: &Scheme) -> bool {
        self.labels.iter().zip(&other.labels).all(|(one, other)| one.groups_by == other.groups_by)
    }

    /// The label of a name, as files write it; one that had this name before when none has it now.
    pub fn by_name(&self, name: &str) -> Option<LabelId> {
        let now = self.labels().find(|(_, spec)| spec.name == name);
        let before = || self.labels().find(|(_, spec)| spec.former_names.iter().any(|former| former == name));
        now.or_else(before).map(|(id, _)| id)
    }

    /// The label at a place, as [`LabelId::index`] gives it.
    pub fn id_at(&self, index: usize) -> Option<LabelId> {
        (index < self.labels.len()).then(|| LabelId::at(index))
    }

    /// The same with a label more.
    pub fn with_label(&self, label: LabelSpec) -> Result<Scheme, SchemeError> {
        Scheme::of(self.labels.iter().cloned().chain([label]).collect())
    }

    /// The same with one label changed. A new name makes the old one a former name.
    pub fn with_changed(&self, id: LabelId, mut label: LabelSpec) -> Result<Scheme, SchemeError> {
        label.remember(self.label(id));
        let mut labels = self.labels.clone();
        labels[id.index()] = label;
        Scheme::of(labels)
    }

    /// This tagset after a change that made `after` of `before`, or after one that is taken back, which made it the other way
    /// round; `None` when the change did not begin with this one. Nothing is taken out that a journal may name: a label
    /// that `after` has not is retired, and all names stay known. So there may be more here than `before` has of both.
    pub fn turned(&self, before: &Scheme, after: &Scheme) -> Option<Scheme> {
        let n_labels = self.labels.len().max(before.labels.len()).max(after.labels.len());
        let label = |index: usize| match [self, before, after].map(|scheme| scheme.labels.get(index)) {
            [Some(now), Some(before), _] if !now.is_the_same_as(before) => None,
            [Some(now), None, _] if !now.retired => None,
            [Some(now), None, Some(after)] if now.name != after.name => None,
            [Some(now), _, Some(after)] => {
                let mut label = after.clone();
                label.remember(now);
                Some(label)
            }
            [Some(now), _, None] => Some(LabelSpec { retired: true, ..now.clone() }),
            [None, None, after] => after.cloned(),
            [None, Some(_), _] => None,
        };
        let labels: Option<Vec<LabelSpec>> = (0..n_labels).map(label).collect();
        Scheme::of(labels?).ok()
    }

    /// The same with the labels of another tagset that are not in this one by name. A key that is taken here, or that
    /// `is_free` says is not to be had, is left out.
    pub fn with_those_of(&self, other: &Scheme, is_free: impl Fn(char) -> bool) -> Result<Scheme, SchemeError> {
        let mut labels = self.labels.clone();
        let new: Vec<&LabelSpec> = other.labels.iter().filter(|label| self.by_name(&label.name).is_none()).collect();
        for label in &new {
            let taken = |key: &char| labels.iter().any(|there| there.key == Some(*key)) || !is_free(*key);
            let key = label.key.filter(|key| !taken(key));
            let former_names = label.former_names.iter().filter(|name| self.by_name(name).is_none()).cloned().collect();
            labels.push(LabelSpec { key, former_names, parent: None, ..(*label).clone() });
        }
        // Their parents are known only now that all are there.
        for label in new {
            let place_of = |name: &str| {
                let now = labels.iter().position(|there| there.name == name);
                now.or_else(|| self.by_name(name).map(LabelId::index))
            };
            let parent = label.parent.and_then(|parent| place_of(&other.label(parent).name));
            if let Some(place) = place_of(&label.name) {
                labels[place].parent = parent.map(LabelId::at);
            }
        }
        Scheme::of(labels)
    }
}

/// The key that gives a capital with Shift, as it is pressed alone.
fn without_shift(key: char) -> char {
    let mut small = key.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => key,
    }
}

fn check_name(name: &str, of: &str) -> Result<(), SchemeError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(SchemeError(format!("The {of} name “{name}” may hold only A-Z, a-z, 0-9, _ and -.")));
    }
    Ok(())
}

fn check_attributes(label: &LabelSpec) -> Result<(), SchemeError> {
    for (index, attribute) in label.attributes.iter().enumerate() {
        check_name(&attribute.name, "attribute")?;
        if label.attributes[..index].iter().any(|other| other.name == attribute.name) {
            return Err(SchemeError(format!("{} has the attribute {} twice.", label.name, attribute.name)));
        }
        let (AttributeKind::One(choices) | AttributeKind::Several(choices)) = &attribute.kind else { continue };
        let is_twice = |(at, choice): (usize, &String)| choices[..at].contains(choice);
        if choices.is_empty() || choices.iter().any(|choice| choice.trim().is_empty()) {
            return Err(SchemeError(format!("The attribute {} of {} needs its choices.", attribute.name, label.name)));
        }
        if choices.iter().enumerate().any(is_twice) {
            return Err(SchemeError(format!(
                "The attribute {} of {} offers a choice twice.",
                attribute.name, label.name
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tagset_has_the_three_labels() {
        let scheme = Scheme::built_in();
        let names: Vec<_> = scheme.labels().map(|(_, spec)| (spec.name.as_str(), spec.key)).collect();
        assert_eq!(names, [("OFFICIAL", Some('o')), ("ROLE", Some('r')), ("TOPIC", Some('t'))]);
        assert_eq!(scheme.by_name("TOPIC").map(|id| scheme.label(id).groups_by), Some(GroupKind::Topic));
        assert_eq!(scheme.by_name("official"), None);
        assert_eq!(Scheme::parse(&scheme.to_json()).as_ref(), Ok(scheme));
        assert_eq!(Scheme::parse(include_str!("../seeds/scheme.json")).as_ref(), Ok(scheme));
    }

    #[test]
    fn keys_are_small_letters() {
        let keys = |labels: &[(&str, &str)]| {
            let line = |(name, key): &(&str, &str)| {
                format!(r#"{{"name":"{name}","title":"X","key":"{key}","groups_by":"topic","style":1}}"#)
            };
            let json = format!(r#"{{"labels":[{}]}}"#, labels.iter().map(line).collect::<Vec<_>>().join(","));
            let keys = |scheme: Scheme| scheme.labels().map(|(_, label)| label.key).collect::<Vec<_>>();
            Scheme::parse(&json).map(keys).map_err(|error| error.to_string())
        };
        assert_eq!(keys(&[("A", "Q"), ("B", "É"), ("C", "!")]), Ok(vec![Some('q'), Some('é'), Some('!')]));
        // Of a tagset of before, where the capital never did anything.
        assert_eq!(keys(&[("A", "Q"), ("B", "q")]), Ok(vec![None, Some('q')]));
        assert_eq!(keys(&[("A", "q"), ("B", "Q")]), Ok(vec![Some('q'), None]));
        assert!(keys(&[("A", "Q"), ("B", "Q")]).is_err_and(|error| error.contains("share the key q")));
        let mut spec = LabelSpec::new("PLACE", "Place");
        spec.key = Some('O');
        let taken = Scheme::built_in().with_label(spec.clone()).expect_err("taken").to_string();
        assert!(taken.contains("share the key o"), "{taken}");
        let joined = Scheme::built_in().with_those_of(&Scheme::of(vec![spec]).expect("possible"), |_| true);
        assert_eq!(joined.map(|scheme| scheme.labels().last().map(|(_, label)| label.key)), Ok(Some(None)));
    }

    #[test]
    fn a_bad_tagset_is_refused_in_words() {
        let label = |name: &str, key: &str| {
            format!(r#"{{"name":"{name}","title":"X","key":"{key}","groups_by":"topic","style":1}}"#)
        };
        let with =
            |more: &str| format!(r#"{{"labels":[{{"name":"A","title":"A","groups_by":"topic","style":1,{more}}}]}}"#);
        let keys = format!(r#"{{"labels":[{},{}]}}"#, label("A", "a"), label("B", "a"));
        let names = format!(r#"{{"labels":[{},{}]}}"#, label("A", "a"), label("A", "b"));
        for (json, part) in [
            ("{}", "labels"),
            (r#"{"labels":[]}"#, "no label"),
            (&format!(r#"{{"labels":[{}]}}"#, label("A B", "a")), "may hold only"),
            (&keys, "share the key a"),
            (&names, "had the name A"),
            (&with(r#""colour":"red""#), "like #1d5bd6"),
            (&with(r#""parent":"B""#), "not in the tagset"),
            (&with(r#""parent":"A""#), "under itself"),
            (&with(r#""retired":true"#), "no label that is offered"),
            (&with(r#""attributes":[{"name":"x","kind":"one"}]"#), "needs its choices"),
            (&with(r#""attributes":[{"name":"x","kind":"one","choices":["a","a"]}]"#), "offers a choice twice"),
        ] {
            let error = Scheme::parse(json).expect_err(json).to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_renamed_label_is_still_found_and_a_foreign_one_joins() {
        let scheme = Scheme::built_in();
        let role = scheme.by_name("ROLE").expect("a label");
        let renamed = scheme.with_changed(role, LabelSpec { name: "OFFICE".into(), ..scheme.label(role).clone() });
        let renamed = renamed.expect("possible");
        assert_eq!((renamed.by_name("ROLE"), renamed.by_name("OFFICE")), (Some(role), Some(role)));
        let again = renamed.with_changed(role, scheme.label(role).clone()).expect("possible");
        assert_eq!(again.label(role).former_names, ["OFFICE"]);

        let mut spec = LabelSpec::new("MINISTER", "Minister");
        (spec.parent, spec.key) = (scheme.by_name("OFFICIAL"), Some('m'));
        let other = scheme.with_label(spec).expect("possible");
        let joined = again.with_those_of(&other, |key| key != 'm').expect("possible");
        let minister = joined.by_name("MINISTER").expect("joined");
        assert_eq!((joined.label(minister).key, joined.label(minister).parent), (None, joined.by_name("OFFICIAL")));
        let tree: Vec<_> = joined.offered(AppliesTo::Text).iter().map(|(_, it, depth)| (&*it.title, *depth)).collect();
        assert_eq!(tree, [("Official", 0), ("Minister", 1), ("Role", 0), ("Topic", 0)]);
        assert_eq!(Scheme::parse(&joined.to_json()), Ok(joined));
    }
}
