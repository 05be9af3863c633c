//! Why something cannot be done, in words.

use std::fmt;

/// Why a wish changes nothing. Shown to the user as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No article is open, or its text is still being read.
    NoArticle,
    /// Neither text is selected nor a highlight chosen.
    NothingSelected,
    /// A highlight is needed.
    NothingChosen,
    /// Text must be selected.
    NoSelection,
    /// The selection is only white space.
    OnlySpace,
    /// The very same mark is there.
    AlreadyThere,
    /// It is accepted already.
    AlreadyAccepted,
    /// A person or topic has no open suggestion.
    NothingToAccept,
    /// No suggestion is as sure as that.
    NoneAsSure,
    /// The annotation is gone.
    Gone,
    /// An end cannot go further that way.
    EdgeStuck,
    /// The recognizer found nothing that is not marked.
    NothingFound,
    /// Suggestions cannot be asked to be surer.
    SurestAlready,
    /// There cannot be more suggestions.
    MostAlready,
    /// Nothing to undo.
    NothingToUndo,
    /// Nothing to redo.
    NothingToRedo,
    /// There is no further highlight that way.
    NoFurther,
    /// There is no further article that way.
    NoFurtherArticle,
    /// Every suggestion is decided.
    AllDecided,
    /// The caret is on no highlight.
    NothingHere,
    /// There is only one highlight at the caret.
    OnlyOneHere,
    /// The selection does not lie beside or in the highlight chosen last.
    NoHighlightForPart,
    /// Nothing would be left of the highlight.
    NothingLeft,
    /// No other occurrence is unmarked.
    NoOccurrence,
    /// Words with gaps between them are looked for nowhere else.
    InParts,
    /// It belongs there already.
    SamePerson,
    /// A name is needed.
    NoName,
    /// Another tab writes to this project.
    OtherTab,
    /// The list of articles is still being read.
    ListComing,
    /// No label was used yet.
    NoLastLabel,
    /// The label used last was retired since.
    LastLabelRetired,
    /// The label is not offered any more.
    Retired,
    /// The value does not fit the attribute.
    NoSuchValue(String),
    /// Nothing would change.
    NoChange,
    /// A tagset that cannot be, in words.
    Tagset(String),
    /// A key that cannot be had, in words.
    Key(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NoArticle => "No article is open. Open or paste one first.",
            Refusal::NothingSelected => "Select some text, or choose a highlight, then press a label’s key.",
            Refusal::NothingChosen => "Choose a highlight first: click it, or press j.",
            Refusal::NoSelection => "Select some text first.",
            Refusal::OnlySpace => "The selection holds only white space. Select some words.",
            Refusal::AlreadyThere => "This text already has this label.",
            Refusal::AlreadyAccepted => "This is accepted already.",
            Refusal::NothingToAccept => "Every mention here is decided already.",
            Refusal::NoneAsSure => "No open suggestion is as sure as that.",
            Refusal::Gone => "That annotation is no longer there.",
            Refusal::EdgeStuck => "That end cannot be moved further.",
            Refusal::NothingFound => "There is nothing new to suggest.",
            Refusal::SurestAlready => "Only the surest suggestions are shown already.",
            Refusal::MostAlready => "All suggestions there are are shown already.",
            Refusal::NothingToUndo => "There is nothing to undo.",
            Refusal::NothingToRedo => "There is nothing to redo.",
            Refusal::NoFurther => "There is no further highlight that way.",
            Refusal::NoFurtherArticle => "There is no further article in the list that way.",
            Refusal::AllDecided => "Every suggestion is decided.",
            Refusal::NothingHere => "There is no highlight at the caret.",
            Refusal::OnlyOneHere => "There is no other highlight at this place.",
            Refusal::NoHighlightForPart => "Choose a highlight first, then select the words that belong to it or not.",
            Refusal::NothingLeft => "Nothing would be left of the highlight. Delete it instead.",
            Refusal::NoOccurrence => "These words stand nowhere else unmarked.",
            Refusal::InParts => "A highlight in parts is not looked for elsewhere. Mark other places by hand.",
            Refusal::SamePerson => "It belongs there already.",
            Refusal::NoName => "A person or topic needs a name.",
            Refusal::ListComing => "The list of articles is still being read: once more in a moment.",
            Refusal::OtherTab => {
                "Another tab is at work on this project: this one shows what is done there. Take over to work here."
            }
            Refusal::NoLastLabel => "No label was used yet. Press a label’s key first.",
            Refusal::LastLabelRetired => "The label used last is retired. Press another label’s key first.",
            Refusal::Retired => {
                "This label is retired: it is put on nothing new. Bring it back in the list of labels first."
            }
            Refusal::NoChange => "That changes nothing.",
            Refusal::NoSuchValue(words) | Refusal::Tagset(words) | Refusal::Key(words) => words,
        })
    }
}
