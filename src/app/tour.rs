//! The first three steps, below the text; and the line of a review.

use yew::prelude::*;

use super::forms::{TextInput, on_submit, value_of};
use super::now;
use crate::session::{ActionId, Event, Session, Settings, TOUR_STEPS};

/// A step of the tour; nothing when it was seen.
#[inline(never)] // a door of `xtask/pack`
pub fn tour(session: &Session, on_event: &Callback<Event>) -> Html {
    let Some(step) = session.settings().tour.filter(|_| session.article().is_some()) else { return Html::default() };
    let on_mac = super::keys::on_mac();
    let key = |name: &str| html! { <kbd>{ session.shown_key(name, on_mac) }</kbd> };
    let (title, words) = match step {
        0 => (
            "Suggestions wait for you",
            html! { <>{ "Press " }{ key("next-suggestion") }{ " for the next one, " }{ key("accept") }{ " to accept it, " }{ key("dismiss") }{ " to reject it; or click it. " }{ key("accept-above") }{ " accepts all at once, " }{ key("undo") }{ " takes anything back." }</> },
        ),
        1 => (
            "Mark what is missing",
            html! { <>{ "Select words with the mouse, or with Shift and the arrows, and press " }<kbd>{ session.label_keys() }</kbd>{ ". " }{ key("everywhere") }{ " marks the same words everywhere. " }{ key("palette") }{ " finds every action by name." }</> },
        ),
        _ => (
            "It is saved; take it with you",
            html! { <>{ "Everything is kept in this browser at once. Download gives it out as files. If you wish, your decisions are signed:" }</> },
        ),
    };
    let is_last = step + 1 == TOUR_STEPS;
    let on = on_event.reform(move |_| Event::TourGoesOn { to: Some(step + 1) });
    let end = on_event.reform(|_| Event::TourGoesOn { to: None });
    let (settings, done) = (session.settings().clone(), on_event.clone());
    let onsubmit = on_submit(move |form| {
        let annotator = value_of(&form, "annotator").trim().into();
        done.emit(Event::SettingsChosen {
            settings: Settings { annotator, tour: None, ..settings.clone() },
            at: now(),
        });
    });
    html! {
        <section class="tour" aria-label="First steps" data-tour={step.to_string()}>
            <p><strong>{ format!("{} of {TOUR_STEPS}: {title}.", step + 1) }</strong>{ " " }{ words }</p>
            if is_last {
                <form class="tour-form" {onsubmit}>
                    <TextInput name="annotator" initial={session.settings().annotator.to_string()}
                        label="Your name or initials" placeholder="Your name or initials" />
                    <button class="button primary small" type="submit">{ "Done" }</button>
                </form>
            } else {
                <button type="button" class="button primary small" data-action="tour-next" onclick={on}>{ "Next" }</button>
            }
            <button type="button" class="button quiet small" data-action="tour-end" onclick={end}>{ "Skip" }</button>
        </section>
    }
}

/// How far a review has come.
#[inline(never)] // a door of `xtask/pack`
pub fn review(session: &Session, on_event: &Callback<Event>) -> Html {
    let (Some(review), Some(article)) = (session.review(), session.article()) else { return Html::default() };
    let n_left = article.annotations().n_suggested();
    let n_done = review.n_at_start.saturating_sub(n_left);
    let on_mac = super::keys::on_mac();
    let act = |name: &'static str, words: &str| {
        let onclick = on_event.reform(move |_| Event::Act { action: ActionId::Named(name), at: now() });
        html! {
            <button type="button" class="button small" {onclick}>{ words }{ " " }<kbd>{ session.shown_key(name, on_mac) }</kbd></button>
        }
    };
    html! {
        <section class="review" aria-label="Review" data-review={n_left.to_string()}>
            <p><strong>{ format!("{n_left} to go") }</strong>{ format!(" · {n_done} of {} decided", review.n_at_start) }</p>
            <progress max={review.n_at_start.to_string()} value={n_done.to_string()} aria-label="Decided" />
            { act("accept", "Accept") }
            { act("dismiss", "Reject") }
            { act("unsure", "Unsure") }
            { act("review", "Leave") }
        </section>
    }
}
