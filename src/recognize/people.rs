//! Who is who: joins the names of one person, and the roles that denote that person.
//!
//! Full names make persons; shorter names and roles without a name join the fitting person met last.

use std::collections::BTreeMap;

use super::Class;
use super::lexicon::Lexicon;
use super::names::{NameKey, alike};
use super::reading::{Found, Reading};
use super::role_key::RoleKey;

/// No more persons are compared with a mention, so that the work stays linear in the text.
const MAX_CANDIDATES: usize = 48;
/// As many names and as many offices are kept for a person.
const MAX_FORMS: usize = 16;

/// A person of the text, or the unnamed holder of an office.
#[derive(Debug)]
pub struct Person {
    /// Keys of the names met, the fullest first; empty for an unnamed holder.
    names: Vec<NameKey>,
    /// The mention that gives the canonical name: an index into the mentions.
    pub shown: usize,
    /// The offices met beside the names.
    roles: Vec<RoleKey>,
    /// The last mention so far: an index into the mentions.
    last: Option<usize>,
    /// The first mention.
    first: usize,
}

/// The persons of a text, and whose mention each mention is. Fed in two walks over the mentions, which are in order
/// and do not overlap: [`People::meet`] each, then [`People::settle`] once, then [`People::place`] each.
#[derive(Debug, Default)]
pub struct People {
    /// All persons.
    pub persons: Vec<Person>,
    by_word: BTreeMap<String, Vec<usize>>,
    keys: Vec<Option<NameKey>>,
    roles: Vec<Option<RoleKey>>,
    /// Roles beside a name and the person of that name, in order; `next_stated` is the next to be placed.
    stated: Vec<(usize, usize)>,
    next_stated: usize,
    /// Persons not met yet, the next one last.
    unmet: Vec<usize>,
    /// Persons met, the last one last.
    recent: Vec<usize>,
}

impl People {
    /// First walk: notes the name or office of the next mention.
    pub fn meet(&mut self, reading: &Reading, lexicon: &Lexicon, mention: &Found) {
        let (start, end) = (mention.start, mention.end);
        let (key, role) = match mention.class {
            Class::Official => (NameKey::of(reading, start, end), None),
            Class::Role => (None, Some(RoleKey::of(reading, lexicon, start, end))),
            Class::Topic => (None, None),
        };
        self.keys.push(key);
        self.roles.push(role);
    }

    /// Between the walks: makes the persons, and gives them the offices that stand beside their names.
    pub fn settle(&mut self, mentions: &[Found]) {
        let keys = std::mem::take(&mut self.keys);
        self.make_persons(mentions, &keys);
        for (at, mention) in mentions.iter().enumerate() {
            let (Some(of), Some(role)) = (mention.of, &self.roles[at]) else { continue };
            let Ok(named) = mentions.binary_search_by_key(&of, |other| other.start) else { continue };
            let Some(person) = keys[named].as_ref().and_then(|key| self.person_of_name(key, named)) else { continue };
            self.stated.push((at, person));
            let roles = &mut self.persons[person].roles;
            if roles.len() < MAX_FORMS && !roles.contains(role) {
                roles.push(role.clone());
            }
        }
        self.keys = keys;
        self.unmet = (0..self.persons.len()).collect();
        self.unmet.sort_by_key(|&person| std::cmp::Reverse(self.persons[person].first));
    }

    /// Second walk: the person of the next mention; `None` for topics.
    pub fn place(&mut self, reading: &Reading, mentions: &[Found], at: usize) -> Option<usize> {
        while self.unmet.last().is_some_and(|&person| self.persons[person].first <= at) {
            self.unmet.pop();
        }
        let person = match (&self.keys[at], &self.roles[at]) {
            (Some(key), _) => self.person_of_name(key, at)?,
            (None, Some(role)) => {
                let stated = self.stated.get(self.next_stated).filter(|(stated, _)| *stated == at);
                if let Some(&(_, person)) = stated {
                    self.next_stated += 1;
                    person
                } else {
                    let known = self.beside(reading, mentions, at).or_else(|| self.person_of_role(role));
                    known.unwrap_or_else(|| {
                        let (names, roles) = (Vec::new(), vec![role.clone()]);
                        self.persons.push(Person { names, shown: at, roles, last: None, first: at });
                        self.persons.len() - 1
                    })
                }
            }
            (None, None) => return None,
        };
        self.persons[person].last = Some(at);
        self.recent.retain(|&other| other != person);
        self.recent.push(person);
        if self.recent.len() > MAX_CANDIDATES {
            self.recent.remove(0);
        }
        Some(person)
    }

    /// Full names first, the fullest of all before the others; then names of one word that belong to nobody yet.
    fn make_persons(&mut self, mentions: &[Found], keys: &[Option<NameKey>]) {
        let mut distinct: BTreeMap<&NameKey, usize> = BTreeMap::new();
        for (mention, key) in keys.iter().enumerate() {
            if let Some(key) = key {
                let shown = distinct.entry(key).or_insert(mention);
                let length = |at: usize| mentions[at].end - mentions[at].start;
                if length(mention) > length(*shown) {
                    *shown = mention;
                }
            }
        }
        let mut forms: Vec<(&NameKey, usize)> = distinct.into_iter().collect();
        forms.sort_by_key(|(key, mention)| (usize::MAX - key.words.len(), *mention));
        for (key, mention) in forms {
            let known = if key.words.len() >= 2 {
                self.candidates(key).find(|&person| self.persons[person].names.iter().any(|name| name.same_person(key)))
            } else {
                self.candidates(key).next()
            };
            match known {
                Some(person) if key.words.len() >= 2 => {
                    if self.persons[person].names.len() < MAX_FORMS {
                        self.persons[person].names.push(key.clone());
                        self.index(key, person);
                    }
                }
                Some(_) => {}
                None => {
                    self.index(key, self.persons.len());
                    self.persons.push(Person {
                        names: vec![key.clone()],
                        shown: mention,
                        roles: Vec::new(),
                        last: None,
                        first: mention,
                    });
                }
            }
        }
        for (mention, key) in keys.iter().enumerate().rev() {
            if let Some(person) = key.as_ref().and_then(|key| self.candidates(key).next()) {
                self.persons[person].first = mention;
            }
        }
    }

    fn index(&mut self, key: &NameKey, person: usize) {
        for word in &key.words {
            let entry = self.by_word.entry(word.clone()).or_default();
            if entry.len() < MAX_CANDIDATES && !entry.contains(&person) {
                entry.push(person);
            }
        }
    }

    /// Persons that share a word with a name.
    fn candidates<'a>(&'a self, key: &'a NameKey) -> impl Iterator<Item = usize> + 'a {
        key.words.iter().filter_map(|word| self.by_word.get(word)).flatten().copied().take(MAX_CANDIDATES)
    }

    /// The person whom a name means: of those whom it fits, the one met last, else the one who comes first.
    fn person_of_name(&self, key: &NameKey, at: usize) -> Option<usize> {
        let fits = |person: usize| -> u32 {
            let person = &self.persons[person];
            if person.names.iter().any(|name| name == key) && key.words.len() >= 2 {
                return 4;
            }
            if key.words.len() >= 2 {
                return if person.names.iter().any(|name| name.same_person(key)) { 3 } else { 0 };
            }
            let word = key.last();
            person
                .names
                .iter()
                .map(|name| match () {
                    () if name.last() == word => 3,
                    () if name.first() == word => 2,
                    () if name.words.iter().any(|other| alike(other, word)) => 1,
                    () => 0,
                })
                .max()
                .unwrap_or(0)
        };
        self.candidates(key)
            .map(|person| {
                let near = self.persons[person].last.map_or(0, |last| 1 + last);
                let first = self.persons[person].first.abs_diff(at);
                ((fits(person), near, usize::MAX - first), person)
            })
            .filter(|((fit, _, _), _)| *fit > 0)
            .max_by_key(|(rank, person)| (*rank, usize::MAX - person))
            .map(|(_, person)| person)
    }

    /// A role set off by a comma from the next one, which stands beside a name: both are that person's.
    fn beside(&self, reading: &Reading, mentions: &[Found], at: usize) -> Option<usize> {
        let next = mentions.get(at + 1)?;
        let between = mentions[at].end..next.start;
        let joined = between.len() == 1 && matches!(reading.lower(between.start), ",");
        if !joined {
            return None;
        }
        let named = match next.class {
            // `the mayor, Ann Lee, said`, but not `after the talks with the mayor, Ann Lee left`.
            Class::Official if reading.closes_apposition(next.end) => next.start,
            Class::Official => return None,
            Class::Role => next.of?,
            Class::Topic => return None,
        };
        let named = mentions.binary_search_by_key(&named, |other| other.start).ok()?;
        let key = NameKey::of(reading, mentions[named].start, mentions[named].end)?;
        self.person_of_name(&key, named)
    }

    /// The person whom a role without a name denotes, if one fits: of those met, the last first, then of those who
    /// come later in the text, the next first.
    fn person_of_role(&self, role: &RoleKey) -> Option<usize> {
        let met = self.recent.iter().rev().copied();
        let upcoming = self.unmet.iter().rev().copied().take(MAX_CANDIDATES);
        let mut best: Option<(i32, usize)> = None;
        for (distance, person) in met.chain(upcoming).enumerate() {
            let fit = self.persons[person].roles.iter().map(|other| role.fit(other)).max().unwrap_or(0);
            let rank = fit * 8 - (distance as i32).min(7);
            if fit > 0 && best.is_none_or(|(other, _)| rank > other) {
                best = Some((rank, person));
            }
        }
        best.map(|(_, person)| person)
    }
}
