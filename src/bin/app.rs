//! Mounts the page.

fn main() {
    attache::app::run();
}
