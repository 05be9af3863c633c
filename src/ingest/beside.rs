//! What lies beside the files that are read and belongs to some of them: annotations of brat, of tagtog and of the web,
//! what tagtog calls its classes, the types of UIMA’s files. Many folders hold files of the same names, so whole paths tell what
//! belongs together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::apart::is_apart;
use super::{NamedBytes, Origin, Warning, ending, stem};
use crate::format::safe_name;

/// What tagtog calls the page of an article, and its annotations, after the article’s name.
const PAGE: &str = ".plain.html";
const MEMBERS: &str = ".ann.json";

/// The name of the article whose page tagtog wrote into a file of this name.
pub(super) fn tagtog_name(file: &str) -> Option<&str> {
    file.strip_suffix(PAGE)
}

/// The tools whose annotations lie beside their texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Brat,
    Tagtog,
    /// W3C annotations, which many programs write.
    Web,
}

impl Tool {
    const ALL: [Self; 3] = [Self::Brat, Self::Tagtog, Self::Web];

    /// What the text is called whose annotations lie in a file of this path; `None` when it holds no text of this tool.
    /// Plain texts of other endings are told from those that the tool itself writes.
    fn name_of_text(self, path: &str, is_usual: bool) -> Option<&str> {
        let name = last(path);
        match (self, ending(name)) {
            (Self::Tagtog, _) => tagtog_name(name),
            (Self::Brat | Self::Web, Some("txt")) => Some(stem(name)),
            (Self::Brat | Self::Web, None | Some("text" | "md")) => Some(stem(name)).filter(|_| !is_usual),
            (Self::Brat | Self::Web, Some(_)) => None,
        }
    }

    /// What the text of annotations is called.
    fn name_of_annotations(self, path: &str) -> &str {
        let name = last(path);
        match self {
            Self::Tagtog => name.strip_suffix(MEMBERS).unwrap_or(name),
            Self::Brat | Self::Web => stem(name),
        }
    }

    /// The texts of annotations, by the places of these, that alone of all have the same last folders and name.
    fn pairs<'a>(
        self,
        texts: &[&'a str],
        annotations: &[Annotations],
        n_folders: usize,
        is_usual: bool,
    ) -> BTreeMap<usize, &'a str> {
        type Alike<'a> = (Vec<&'a str>, Vec<usize>);
        let mut alike: BTreeMap<(Vec<&str>, &str), Alike<'a>> = BTreeMap::new();
        for path in texts {
            if let Some(name) = self.name_of_text(path, is_usual) {
                alike.entry((folders(path, n_folders), name)).or_default().0.push(path);
            }
        }
        for (index, it) in annotations.iter().enumerate() {
            let name = self.name_of_annotations(&it.file.name);
            alike.entry((folders(&it.file.name, n_folders), name)).or_default().1.push(index);
        }
        let pair = |(texts, annotations): Alike<'a>| match (&texts[..], &annotations[..]) {
            ([text], [index]) => Some((*index, *text)),
            _ => None,
        };
        alike.into_values().filter_map(pair).collect()
    }

    /// Its name, and the ending of its texts.
    fn called(self) -> (&'static str, &'static str) {
        match self {
            Self::Brat => ("brat", ".txt"),
            Self::Tagtog => ("tagtog", PAGE),
            Self::Web => ("W3C", ".txt"),
        }
    }
}

/// Annotations of a text in another file.
#[derive(Debug)]
pub(super) struct Annotations {
    pub(super) tool: Tool,
    pub(super) file: NamedBytes,
}

/// What belongs to the files of a batch.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Annotations by the path of their text.
    of_texts: BTreeMap<String, Vec<Annotations>>,
    legends: Vec<NamedBytes>,
    type_systems: Vec<NamedBytes>,
    /// What could not be told to belong anywhere.
    troubles: Vec<Warning>,
}

/// Files of zips and others, sorted into those to be read and those that belong to them.
pub(super) fn sorted(all: Vec<Origin>) -> (Vec<Origin>, Beside) {
    let (mut files, mut annotations, mut beside) = (Vec::new(), Vec::new(), Beside::default());
    for (origin, file) in all {
        let name = safe_name(&file.name);
        if name.ends_with(MEMBERS) {
            annotations.push(Annotations { tool: Tool::Tagtog, file });
        } else if ending(&name) == Some("ann") {
            annotations.push(Annotations { tool: Tool::Brat, file });
        } else if name == "annotations-legend.json" {
            beside.legends.push(file);
        } else if name.eq_ignore_ascii_case("TypeSystem.xml") {
            beside.type_systems.push(file);
        } else if matches!(ending(&name), Some("jsonld" | "json")) && is_apart(&file) {
            annotations.push(Annotations { tool: Tool::Web, file });
        } else {
            files.push((origin, file));
        }
    }
    if !annotations.is_empty() {
        beside.pair(&files, annotations);
    }
    if beside.legends.len() + beside.type_systems.len() > 1 {
        beside.tell_apart();
    }
    (files, beside)
}

/// How many of the last folders of two paths must be the same, first all of them. tagtog, and many who use brat, keep
/// texts and annotations in folders of their own with the same folders in each.
const FOLDERS: [usize; 5] = [usize::MAX, 3, 2, 1, 0];

impl Beside {
    /// Gives annotations to texts where it is beyond doubt which belong together.
    #[inline(never)] // apart from what a text alone passes through
    fn pair(&mut self, files: &[Origin], mut annotations: Vec<Annotations>) {
        let paths: Vec<&str> = files.iter().map(|(_, file)| file.name.as_str()).collect();
        for tool in Tool::ALL {
            let is_text = |path: &&str| tool.name_of_text(path, false).is_some();
            let mut texts: Vec<&str> = paths.iter().copied().filter(is_text).collect();
            let (mut left, others) = annotations.into_iter().partition(|it| it.tool == tool);
            annotations = others;
            for (n_folders, is_usual) in FOLDERS.into_iter().flat_map(|n| [(n, true), (n, false)]) {
                let pairs = tool.pairs(&texts, &left, n_folders, is_usual);
                let mut lone = Vec::new();
                for (index, it) in left.into_iter().enumerate() {
                    match pairs.get(&index) {
                        Some(text) => self.of_texts.entry((*text).to_owned()).or_default().push(it),
                        None => lone.push(it),
                    }
                }
                left = lone;
                let paired: BTreeSet<&str> = pairs.into_values().collect();
                texts.retain(|text| !paired.contains(text));
            }
            self.troubles.extend(left.iter().map(|it| lone(it, &paths)));
        }
    }

    /// Tells of files at the same place of which one is taken.
    #[inline(never)]
    fn tell_apart(&mut self) {
        for files in [&mut self.legends, &mut self.type_systems] {
            let mut kept: Vec<NamedBytes> = Vec::new();
            for file in std::mem::take(files) {
                match kept.iter().find(|other| other.name == file.name) {
                    None => kept.push(file),
                    Some(other) if other.bytes == file.bytes => {}
                    Some(_) => self.troubles.push(Warning::new(
                        shown(&file.name),
                        "There are two different files of this name at the same place; the first was used. Open each with its own articles.",
                    )),
                }
            }
            *files = kept;
        }
    }

    /// Takes the annotations of the text of a path; mostly there are none.
    pub(super) fn take(&mut self, path: &str) -> Vec<Annotations> {
        self.of_texts.remove(path).unwrap_or_default()
    }

    /// What the tagtog of a page calls its classes.
    pub(super) fn legend(&self, path: &str) -> Option<String> {
        nearest(&self.legends, path)
    }

    /// The type system of a file of UIMA.
    pub(super) fn types(&self, path: &str) -> Option<String> {
        if self.type_systems.is_empty() { None } else { nearest(&self.type_systems, path) }
    }

    /// What is to be said of files that belong to none.
    pub(super) fn troubles(self) -> Vec<Warning> {
        self.troubles
    }
}

/// What is to be said of annotations without their text.
fn lone(Annotations { tool, file }: &Annotations, paths: &[&str]) -> Warning {
    let (called, text) = tool.called();
    let name = tool.name_of_annotations(&file.name);
    let message = if paths.iter().any(|path| tool.name_of_text(path, false) == Some(name)) {
        format!(
            "Several files have this name, and to which text these {called} annotations belong cannot be told. They were left out: open them with the {text} file that is theirs alone."
        )
    } else {
        format!(
            "These are {called} annotations without their text. Open the {text} file of the same name together with it."
        )
    };
    Warning::new(shown(&file.name), message)
}

/// The file that lies nearest to a path: with most folders in common, and of those the one that is deep in no other.
#[inline(never)]
fn nearest(files: &[NamedBytes], path: &str) -> Option<String> {
    let own = folders(path, usize::MAX);
    let nearness = |file: &&NamedBytes| {
        let its = folders(&file.name, usize::MAX);
        let n_common = its.iter().zip(&own).take_while(|(its, own)| its == own).count();
        (n_common, Reverse(its.len()))
    };
    let file = files.iter().rev().max_by_key(nearness)?;
    Some(String::from_utf8_lossy(&file.bytes).into_owned())
}

/// The last folders of a path, up to so many.
fn folders(path: &str, n: usize) -> Vec<&str> {
    let mut parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    parts.pop();
    parts.split_off(parts.len().saturating_sub(n))
}

/// The name at the end of a path.
fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A path as a warning shows it.
fn shown(path: &str) -> String {
    let parts = folders(path, usize::MAX).into_iter().chain([last(path)]);
    parts.map(safe_name).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_that_lie_nearest_are_those_of_a_file() {
        let file = |name: &str| NamedBytes { name: name.to_owned(), bytes: name.as_bytes().to_vec() };
        let at = ["TypeSystem.xml", "a/TypeSystem.xml", "a/x/TypeSystem.xml", "b/TypeSystem.xml"];
        let (files, beside) = sorted(at.map(|name| (name.to_owned(), file(name))).to_vec());
        assert!(files.is_empty());
        for (path, expected) in
            [("1.xmi", at[0]), ("a/1.xmi", at[1]), ("a/x/y/1.xmi", at[2]), ("b/1.xmi", at[3]), ("c/1.xmi", at[0])]
        {
            assert_eq!(beside.types(path).as_deref(), Some(expected), "{path}");
        }
        let twice = ["1", "2", "1"].map(|bytes| NamedBytes { bytes: bytes.into(), ..file(at[1]) });
        let (_, beside) = sorted(twice.map(|file| (String::new(), file)).to_vec());
        assert_eq!(beside.types("a/1.xmi").as_deref(), Some("1"));
        let told: Vec<String> = beside.troubles().iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].starts_with("a/TypeSystem.xml: There are two different"), "{told:?}");
    }
}
