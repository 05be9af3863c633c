//! Compares annotations with a gold standard, figure by figure as the referee `score.py` beside the gold set does.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::fs;

use serde::Deserialize;
use serde_json::Value;

use super::Failure;

const CLASSES: [&str; 3] = ["OFFICIAL", "ROLE", "TOPIC"];
const MODES: [&str; 4] = ["exact", "trimmed", "overlap", "char"];

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Mention {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) label: String,
    #[serde(default)]
    entity: Option<Value>,
    #[serde(default)]
    text: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Article {
    id: String,
    #[serde(default)]
    pub(super) text: Option<String>,
    pub(super) spans: Vec<Mention>,
    #[serde(flatten)]
    fields: BTreeMap<String, Value>,
}

impl Article {
    /// Its id, for messages.
    pub(super) fn name(&self) -> &str {
        &self.id
    }
}

/// Runs `attache score` on its arguments and gives what it prints.
pub fn run(arguments: &[&str]) -> Result<String, Failure> {
    let (options, files): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|word| word.starts_with("--"));
    let [gold_path, pred_path] = files.as_slice() else {
        return Err(Failure("score wants two files: GOLD PRED. See attache --help.".to_owned()));
    };
    let keys: Vec<&str> = options.iter().filter_map(|option| option.strip_prefix("--by=")).collect();
    if keys.len() != options.len() {
        return Err(Failure("score knows no option but --by=FIELD.".to_owned()));
    }
    let (gold, pred) = (load(gold_path)?, load(pred_path)?);
    let known: HashMap<&str, &Article> = gold.iter().map(|article| (article.id.as_str(), article)).collect();
    for article in &gold {
        check(article, article.text.as_deref(), gold_path)?;
    }
    for article in &pred {
        if let Some(gold) = known.get(article.id.as_str()) {
            if article.text.is_some() && article.text != gold.text {
                return Err(Failure(format!("{pred_path}: {}: text differs from the gold text", article.id)));
            }
            check(article, gold.text.as_deref(), pred_path)?;
        }
    }
    let by_id: HashMap<&str, &Article> = pred.iter().map(|article| (article.id.as_str(), article)).collect();
    let all: Vec<&Article> = gold.iter().collect();
    let unknown = pred.iter().filter(|article| !known.contains_key(article.id.as_str())).count();
    let mut out = report(&score(&all, &by_id), unknown);
    for key in keys {
        out += &by_field(&all, &by_id, key);
    }
    Ok(out)
}

pub(super) fn load(path: &str) -> Result<Vec<Article>, Failure> {
    let content = fs::read_to_string(path).map_err(|error| Failure(format!("{path} cannot be read: {error}.")))?;
    let mut seen = BTreeSet::new();
    let mut articles = Vec::new();
    for (index, line) in content.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let article: Article = serde_json::from_str(line)
            .map_err(|error| Failure(format!("{path}: line {} is not an annotated article: {error}.", index + 1)))?;
        if !seen.insert(article.id.clone()) {
            return Err(Failure(format!("{path}: line {}: article {} is there twice.", index + 1, article.id)));
        }
        articles.push(article);
    }
    Ok(articles)
}

fn check(article: &Article, text: Option<&str>, path: &str) -> Result<(), Failure> {
    let chars: Option<Vec<char>> = text.map(|text| text.chars().collect());
    for mention in &article.spans {
        let fault = if mention.start >= mention.end {
            Some("has bad offsets")
        } else if chars.as_ref().is_some_and(|chars| mention.end > chars.len()) {
            Some("lies past the end of the text")
        } else if !CLASSES.contains(&mention.label.as_str()) {
            Some("has an unknown label")
        } else {
            let there = chars.as_ref().map(|chars| chars[mention.start..mention.end].iter().collect::<String>());
            match (&mention.text, there) {
                (Some(said), Some(there)) if *said != there => Some("has another text than the article there"),
                _ => None,
            }
        };
        if let Some(fault) = fault {
            let Mention { start, end, label, .. } = mention;
            return Err(Failure(format!("{path}: {}: the span {start} to {end} ({label}) {fault}.", article.id)));
        }
    }
    Ok(())
}

/// True positives, predicted and gold counts.
#[derive(Clone, Copy, Default)]
struct Counts {
    hits: usize,
    pred: usize,
    gold: usize,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.hits += other.hits;
        self.pred += other.pred;
        self.gold += other.gold;
    }

    fn precision(self) -> f64 {
        ratio(self.hits as f64, self.pred)
    }

    fn recall(self) -> f64 {
        ratio(self.hits as f64, self.gold)
    }

    fn f1(self) -> f64 {
        f1(self.precision(), self.recall())
    }
}

fn ratio(part: f64, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part / whole as f64 }
}

fn f1(p: f64, r: f64) -> f64 {
    if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
}

#[derive(Default)]
struct Scores {
    articles: usize,
    missing: usize,
    /// `[mode][class]`
    counts: [[Counts; 3]; 4],
    names: usize,
    names_found: usize,
    names_to_the_end: usize,
    officials_predicted: usize,
    officials_touching: usize,
    has_entities: bool,
    persons: Counts,
    /// Officials and roles, officials, topics.
    bcubed: [BCubed; 3],
}

#[derive(Default)]
struct BCubed {
    precision: f64,
    recall: f64,
    pred: usize,
    gold: usize,
}

type Range = (usize, usize);

fn score(gold: &[&Article], pred: &HashMap<&str, &Article>) -> Scores {
    let mut scores = Scores { articles: gold.len(), ..Scores::default() };
    scores.has_entities = pred.values().any(|article| article.spans.iter().any(|mention| mention.entity.is_some()));
    for article in gold {
        let predicted = pred.get(article.id.as_str());
        scores.missing += usize::from(predicted.is_none());
        let predicted = predicted.map_or_else(Vec::new, |other| distinct(&other.spans));
        let given: Vec<&Mention> = article.spans.iter().collect();
        let text: Vec<char> = article.text.as_deref().unwrap_or_default().chars().collect();
        for (class, label) in CLASSES.iter().enumerate() {
            let (gold, pred) = (of_class(&given, label), of_class(&predicted, label));
            let mut put = |mode: usize, hits, pred, gold| scores.counts[mode][class].add(Counts { hits, pred, gold });
            let sets = |trimmed: bool| {
                let set = |mentions: &[&Mention]| -> BTreeSet<Range> {
                    let range = |mention: &&Mention| (mention.start, mention.end);
                    let cut = |range: Range| if trimmed { trim(&text, range) } else { range };
                    mentions.iter().map(range).map(cut).collect()
                };
                (set(&gold), set(&pred))
            };
            for (mode, trimmed) in [(0, false), (1, true)] {
                let (a, b) = sets(trimmed);
                put(mode, a.intersection(&b).count(), b.len(), a.len());
            }
            put(2, align(&gold, &pred, true).len(), pred.len(), gold.len());
            let characters =
                |mentions: &[&Mention]| -> BTreeSet<usize> { mentions.iter().flat_map(|m| m.start..m.end).collect() };
            let (a, b) = (characters(&gold), characters(&pred));
            put(3, a.intersection(&b).count(), b.len(), a.len());
        }
        detection(&mut scores, &given, &predicted);
        if scores.has_entities {
            grouping(&mut scores, &given, &predicted);
        }
    }
    scores
}

fn distinct(mentions: &[Mention]) -> Vec<&Mention> {
    let mut sorted: Vec<&Mention> = mentions.iter().collect();
    sorted.sort_by(|a, b| (a.start, a.end, &a.label).cmp(&(b.start, b.end, &b.label)));
    sorted.dedup_by(|a, b| (a.start, a.end, &a.label) == (b.start, b.end, &b.label));
    sorted
}

fn of_class<'a>(mentions: &[&'a Mention], label: &str) -> Vec<&'a Mention> {
    mentions.iter().copied().filter(|mention| mention.label == label).collect()
}

fn overlap(a: &Mention, b: &Mention) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

fn detection(scores: &mut Scores, gold: &[&Mention], pred: &[&Mention]) {
    for name in of_class(gold, "OFFICIAL") {
        scores.names += 1;
        let half = |other: &&&Mention| overlap(name, other) as f64 >= 0.5 * (name.end - name.start) as f64;
        scores.names_found += usize::from(pred.iter().any(|other| half(&other)));
        let to_the_end =
            |other: &&Mention| other.label == "OFFICIAL" && other.end == name.end && other.start <= name.start;
        scores.names_to_the_end += usize::from(pred.iter().any(to_the_end));
    }
    for official in of_class(pred, "OFFICIAL") {
        scores.officials_predicted += 1;
        let touches = |other: &&Mention| other.label != "TOPIC" && overlap(official, other) > 0;
        scores.officials_touching += usize::from(gold.iter().any(touches));
    }
}

fn grouping(scores: &mut Scores, gold: &[&Mention], pred: &[&Mention]) {
    let part =
        |mentions: &[&Mention], labels: &[&str], what: fn(usize, &Mention) -> String| -> Vec<(Mention, String)> {
            let chosen = mentions.iter().filter(|mention| labels.contains(&mention.label.as_str()));
            chosen.enumerate().map(|(index, mention)| ((*mention).clone(), what(index, mention))).collect()
        };
    for (at, labels) in [&["OFFICIAL", "ROLE"][..], &["OFFICIAL"], &["TOPIC"]].iter().enumerate() {
        let gold = part(gold, labels, |_, mention| entity(mention).unwrap_or_default());
        // The referee numbers mentions without an entity by their place among all predictions; any name that no
        // other mention has gives the same figures.
        let pred = part(pred, labels, |index, mention| entity(mention).unwrap_or_else(|| format!("?{index}")));
        bcubed(&mut scores.bcubed[at], &gold, &pred);
        if labels == &["OFFICIAL"] {
            scores.persons.add(persons(&gold, &pred));
        }
    }
}

fn entity(mention: &Mention) -> Option<String> {
    match mention.entity.as_ref()? {
        Value::Null => None,
        Value::String(name) => Some(name.clone()),
        other => Some(other.to_string()),
    }
}

fn mentions(grouped: &[(Mention, String)]) -> Vec<&Mention> {
    grouped.iter().map(|(mention, _)| mention).collect()
}

fn bcubed(sum: &mut BCubed, gold: &[(Mention, String)], pred: &[(Mention, String)]) {
    let pairs = align(&mentions(gold), &mentions(pred), false);
    let partner: HashMap<usize, usize> = pairs.iter().copied().collect();
    sum.pred += pred.len();
    sum.gold += gold.len();
    let same = |grouped: &[(Mention, String)], name: &str| -> Vec<usize> {
        (0..grouped.len()).filter(|&index| grouped[index].1 == name).collect()
    };
    for &(i, j) in &pairs {
        let (group, other) = (same(gold, &gold[i].1), same(pred, &pred[j].1));
        let both = group.iter().filter(|x| partner.get(x).is_some_and(|y| other.contains(y))).count();
        sum.precision += both as f64 / other.len() as f64;
        sum.recall += both as f64 / group.len() as f64;
    }
}

fn persons(gold: &[(Mention, String)], pred: &[(Mention, String)]) -> Counts {
    let names =
        |grouped: &[(Mention, String)]| -> BTreeSet<String> { grouped.iter().map(|(_, n)| n.clone()).collect() };
    let mut met: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (x, y) in align(&mentions(gold), &mentions(pred), true) {
        met.entry(pred[y].1.clone()).or_default().insert(gold[x].1.clone());
    }
    let mut used = BTreeSet::new();
    for candidates in met.into_values() {
        if let Some(free) = candidates.into_iter().find(|name| !used.contains(name)) {
            used.insert(free);
        }
    }
    Counts { hits: used.len(), pred: names(pred).len(), gold: names(gold).len() }
}

/// Pairs one to one: the largest share of overlap first, then the leftmost.
fn align(gold: &[&Mention], pred: &[&Mention], same_label: bool) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (i, a) in gold.iter().enumerate() {
        for (j, b) in pred.iter().enumerate() {
            let shared = overlap(a, b);
            if shared > 0 && (!same_label || a.label == b.label) {
                let all = a.end.max(b.end) - a.start.min(b.start);
                pairs.push((-(shared as f64) / all as f64, a.start, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))));
    let (mut used_gold, mut used_pred) = (BTreeSet::new(), BTreeSet::new());
    let mut aligned = Vec::new();
    for (_, _, i, j) in pairs {
        if !used_gold.contains(&i) && !used_pred.contains(&j) {
            used_gold.insert(i);
            used_pred.insert(j);
            aligned.push((i, j));
        }
    }
    aligned
}

/// Leaves out determiners, courtesy titles, edge quotes and a possessive at the ends.
fn trim(text: &[char], (mut start, mut end): Range) -> Range {
    while let Some(next) = lead_end(&text[start..end]).filter(|&length| start + length < end) {
        start += next;
    }
    while let Some(cut) = trail_start(&text[start..end]).filter(|&cut| cut > 0) {
        end = start + cut;
    }
    (start, end)
}

const LEAD: [&str; 18] = [
    "the", "a", "an", "his", "her", "its", "their", "our", "this", "that", "these", "those", "mr", "mrs", "ms", "dr",
    "prof", "miss",
];

fn lead_end(chars: &[char]) -> Option<usize> {
    let quotes = chars.iter().take_while(|&&c| is_space(c) || "\"'“”‘’([".contains(c)).count();
    if quotes > 0 {
        return Some(quotes);
    }
    let letters = chars.iter().take_while(|c| c.is_alphabetic()).count();
    let word: String = chars[..letters].iter().collect::<String>().to_lowercase();
    if !LEAD.contains(&word.as_str()) {
        return None;
    }
    let dot = letters + usize::from(chars.get(letters) == Some(&'.'));
    let spaces = chars[dot..].iter().take_while(|&&c| is_space(c)).count();
    (spaces > 0).then_some(dot + spaces)
}

fn trail_start(chars: &[char]) -> Option<usize> {
    let run = chars.iter().rev().take_while(|&&c| is_space(c) || "\"'“”‘’,.;:)]".contains(c)).count();
    let genitive = match chars {
        [.., '\'' | '’', 's' | 'S'] => Some(chars.len() - 2),
        [.., '\'' | '’', 's' | 'S', '\n'] => Some(chars.len() - 3),
        _ => None,
    };
    genitive.or((run > 0).then_some(chars.len() - run))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn report(scores: &Scores, unknown: usize) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("articles {}, missing from predictions {}, unknown ids {unknown}", scores.articles, scores.missing));
    for (mode, counts) in MODES.iter().zip(&scores.counts) {
        let sum = |classes: &[usize]| {
            classes.iter().fold(Counts::default(), |mut sum, &class| {
                sum.add(counts[class]);
                sum
            })
        };
        let rows =
            CLASSES.iter().copied().zip(*counts).chain([("OFFICIAL+ROLE", sum(&[0, 1])), ("micro", sum(&[0, 1, 2]))]);
        for (class, v) in rows {
            line(format!(
                "{mode:<8} {class:<13} P {:.3}  R {:.3}  F1 {:.3}   (tp {} pred {} gold {})",
                v.precision(),
                v.recall(),
                v.f1(),
                v.hits,
                v.pred,
                v.gold
            ));
        }
    }
    line(format!(
        "officials: mentions {}  found-at-all recall {:.3}  person-name recall {:.3}  precision (OFFICIAL prediction touches an official or role) {:.3}",
        scores.names,
        ratio(scores.names_found as f64, scores.names),
        ratio(scores.names_to_the_end as f64, scores.names),
        ratio(scores.officials_touching as f64, scores.officials_predicted)
    ));
    if scores.has_entities {
        line(format!("officials: distinct persons per article F1 {:.3}", scores.persons.f1()));
        for (name, sum) in ["OFFICIAL+ROLE", "OFFICIAL", "TOPIC"].iter().zip(&scores.bcubed) {
            let (p, r) = (ratio(sum.precision, sum.pred), ratio(sum.recall, sum.gold));
            line(format!("b-cubed  {name:<13} P {p:.3}  R {r:.3}  F1 {:.3}", f1(p, r)));
        }
    }
    out
}

fn by_field(gold: &[&Article], pred: &HashMap<&str, &Article>, key: &str) -> String {
    let mut groups: BTreeMap<String, Vec<&Article>> = BTreeMap::new();
    for article in gold {
        let value = match article.fields.get(key) {
            None => "?".to_owned(),
            Some(Value::Null) => "None".to_owned(),
            Some(Value::String(value)) => value.clone(),
            Some(other) => other.to_string(),
        };
        groups.entry(value).or_default().push(article);
    }
    let mut out = String::new();
    for (value, articles) in groups {
        let scores = score(&articles, pred);
        let f = |mode: usize, class: usize| scores.counts[mode][class].f1();
        let name: String = value.chars().take(34).collect();
        writeln!(
            out,
            "{name:<34} {:>3} articles  exact F1  OFFICIAL {:.3}  ROLE {:.3}  TOPIC {:.3}   overlap  {:.3} {:.3} {:.3}",
            articles.len(),
            f(0, 0),
            f(0, 1),
            f(0, 2),
            f(2, 0),
            f(2, 1),
            f(2, 2)
        )
        .expect("writing to a string");
    }
    out
}
