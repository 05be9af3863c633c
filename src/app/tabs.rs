//! Which of several tabs on a project writes: the one that holds its lock
//! (<https://www.w3.org/TR/web-locks/>). The others hear from it what it has kept.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, MessageEvent};
use yew::Callback;

use crate::project::ArticleId;
use crate::session::ProjectId;

/// What a tab hears.
#[derive(Clone, Debug)]
pub enum Heard {
    /// It writes from now on, or no longer.
    Role(bool),
    /// The other has kept changes of these articles.
    Kept(Vec<ArticleId>),
    /// Another wants to write: what is not kept yet must be, now.
    Asked,
}

/// How long the tab that writes has to let another take over, in milliseconds.
const PATIENCE_MILLIS: u32 = 1_500;

/// This tab among those of a project.
#[derive(Clone)]
pub struct Tabs(Rc<Inner>);

struct Inner {
    name: String,
    channel: Option<BroadcastChannel>,
    /// Lets the lock go.
    release: RefCell<Option<Function>>,
    is_writer: Cell<bool>,
    /// The number of the wait for a turn that counts: one that was overtaken lets the lock go at once.
    wait: Cell<u32>,
    report: Callback<Heard>,
    /// Listens as long as the page lives.
    listener: RefCell<Option<Listener>>,
}

type Listener = Closure<dyn FnMut(MessageEvent)>;

impl Tabs {
    /// Claims a project. A browser without locks lets every tab write; the store then keeps them from overwriting each
    /// other.
    pub async fn claim(project: ProjectId, report: Callback<Heard>) -> Self {
        let name = format!("attache-{}", project.0);
        let channel = BroadcastChannel::new(&name).ok();
        let this = Self(Rc::new(Inner {
            name,
            channel,
            release: RefCell::default(),
            is_writer: Cell::new(false),
            wait: Cell::new(0),
            report,
            listener: RefCell::default(),
        }));
        this.listen();
        let is_writer = match locks() {
            None => true,
            Some(_) => this.request("ifAvailable", None).await,
        };
        this.0.is_writer.set(is_writer);
        if !is_writer {
            this.wait_for_turn();
        }
        this
    }

    /// Whether this tab writes.
    pub fn is_writer(&self) -> bool {
        self.0.is_writer.get()
    }

    /// Tells the others what was kept.
    pub fn tell(&self, articles: &[ArticleId]) {
        let ids: Vec<String> = articles.iter().map(|id| id.0.to_string()).collect();
        self.post(&format!("kept {}", ids.join(",")));
    }

    /// Takes over: the other tab is asked to let go, and is not asked twice.
    pub fn take_over(&self) {
        let this = self.clone();
        this.post("asked");
        spawn_local(async move {
            TimeoutFuture::new(PATIENCE_MILLIS).await;
            if !this.0.is_writer.get() && this.request("steal", None).await {
                this.0.wait.update(|wait| wait + 1);
                this.becomes(true);
            }
        });
    }

    /// Lets another take over: everything is kept.
    pub fn let_go(&self) {
        if let Some(release) = self.0.release.borrow_mut().take() {
            let _ = release.call0(&JsValue::UNDEFINED);
            self.becomes(false);
            self.wait_for_turn();
        }
    }

    fn becomes(&self, is_writer: bool) {
        if self.0.is_writer.replace(is_writer) != is_writer {
            self.0.report.emit(Heard::Role(is_writer));
        }
    }

    /// When the tab that writes is closed, the one that has waited longest writes.
    fn wait_for_turn(&self) {
        let this = self.clone();
        let number = this.0.wait.get() + 1;
        this.0.wait.set(number);
        spawn_local(async move {
            if this.request("", Some(number)).await {
                this.becomes(true);
            }
        });
    }

    /// Asks for the lock, with an option of the request that is true; gives whether this tab has it. A wait by number
    /// takes it only while that is the one that counts.
    async fn request(&self, option: &str, wait: Option<u32>) -> bool {
        let Some((locks, request)) = locks() else { return true };
        let options = Object::new();
        if !option.is_empty() {
            let _ = Reflect::set(&options, &option.into(), &JsValue::TRUE);
        }
        let this = self.clone();
        let mut resolve_answer = None;
        let answer = Promise::new(&mut |resolve, _| resolve_answer = Some(resolve));
        let Some(resolve_answer) = resolve_answer else { return false };
        let answered = resolve_answer.clone();
        // The lock is held until the promise that this gives is kept.
        let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let counts = wait.is_none_or(|number| number == this.0.wait.get());
            let has_it = !lock.is_null() && counts;
            let held = Promise::new(&mut |release, _| {
                if has_it {
                    *this.0.release.borrow_mut() = Some(release);
                } else {
                    let _ = release.call0(&JsValue::UNDEFINED);
                }
            });
            let _ = answered.call1(&JsValue::UNDEFINED, &has_it.into());
            held.into()
        });
        let Ok(done) = request.call3(&locks, &self.0.name.as_str().into(), &options, &granted) else { return true };
        let this = self.clone();
        spawn_local(async move {
            // It fails when another tab has taken the lock by force.
            if JsFuture::from(Promise::from(done)).await.is_err() {
                this.0.release.borrow_mut().take();
                this.becomes(false);
                this.wait_for_turn();
                let _ = resolve_answer.call1(&JsValue::UNDEFINED, &JsValue::FALSE);
            }
        });
        JsFuture::from(answer).await.is_ok_and(|has_it| has_it.is_truthy())
    }

    fn post(&self, message: &str) {
        if let Some(channel) = &self.0.channel {
            let _ = channel.post_message(&message.into());
        }
    }

    fn listen(&self) {
        let Some(channel) = &self.0.channel else { return };
        let this = Rc::downgrade(&self.0);
        let listener = Closure::new(move |event: MessageEvent| {
            let (Some(this), Some(message)) = (this.upgrade(), event.data().as_string()) else { return };
            match message.split_once(' ') {
                Some(("kept", ids)) if !this.is_writer.get() => {
                    let ids = ids.split(',').filter_map(|id| id.parse().ok()).map(ArticleId).collect();
                    this.report.emit(Heard::Kept(ids));
                }
                None if message == "asked" && this.is_writer.get() => this.report.emit(Heard::Asked),
                _ => {}
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        *self.0.listener.borrow_mut() = Some(listener);
    }
}

/// `navigator.locks` and its `request`, which have no binding yet that is stable.
fn locks() -> Option<(JsValue, Function)> {
    let navigator = gloo::utils::window().navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
