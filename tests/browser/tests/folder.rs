//! A project in a folder. The browser's own files of this page stand in for a folder of the computer: they are handed
//! out by the same interface, and no dialog of the browser can be pressed from outside.

use browser_tests::{Page, wait_for};
use serde_json::{Value, json};

/// Lets the dialog for choosing a folder give one of the page's own.
const PICKER: &str = "
    window.showDirectoryPicker = async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('study', { create: true });
    return true";

/// What stands in the folder, by path.
fn files(page: &Page) -> Value {
    page.run_async(
        "const done = arguments[0];
        (async () => {
            const found = {};
            const walk = async (folder, way) => {
                for await (const [name, handle] of folder.entries()) {
                    if (handle.kind === 'directory') await walk(handle, way + name + '/');
                    else found[way + name] = await (await handle.getFile()).text();
                }
            };
            await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle('study', { create: true }), '');
            return found;
        })().then(done, (error) => done(String(error)))",
    )
}

fn write(page: &Page, path: &str, content: &str) {
    let script = format!(
        "const done = arguments[0];
        (async () => {{
            const [folder, name] = {};
            const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('study', {{ create: true }});
            const handle = await (await root.getDirectoryHandle(folder)).getFileHandle(name, {{ create: true }});
            const stream = await handle.createWritable();
            await stream.write({});
            await stream.close();
        }})().then(() => done('done'), (error) => done(String(error)))",
        json!(path.split('/').collect::<Vec<_>>()),
        json!(content)
    );
    assert_eq!(page.run_async(&script), json!("done"));
}

fn wait_written(page: &Page) {
    page.wait(
        "the folder to be up to date",
        "return document.querySelector('[data-folder-state=here][data-folder-due=\"0\"]')",
    );
}

const SEED_FILE: &str = "articles/Phone calls on World Quds Day.attache.json";

#[test]
fn a_project_lives_in_a_folder() {
    let page = Page::with_article(&browser_tests::article("a", "Taha met Bu Habib.", &[(0, 4, "OFFICIAL")]));
    page.run(PICKER, json!([]));
    page.click("[data-action=projects]");
    page.click("[data-action=choose-folder]");
    wait_written(&page);
    page.press("Escape");
    let before = files(&page);
    let paths: Vec<&String> = before.as_object().expect("files").keys().collect();
    assert_eq!(
        paths,
        ["articles/Phone calls on World Quds Day.attache.json", "articles/a.attache.json", "codebook.attache.json"]
    );

    // What is done is written, into its own file.
    page.select("Bu Habib");
    page.press("o");
    page.wait_saved();
    wait_for("the file to follow", || {
        (files(&page)["articles/a.attache.json"] != before["articles/a.attache.json"]).then_some(())
    });
    wait_written(&page);
    let after = files(&page);
    assert_eq!(after[SEED_FILE], before[SEED_FILE]);
    assert_ne!(after["articles/a.attache.json"], before["articles/a.attache.json"]);

    // Somebody else puts the file back to what it was, and adds another: both are noticed.
    write(&page, "articles/a.attache.json", before["articles/a.attache.json"].as_str().expect("text"));
    let other =
        before["articles/a.attache.json"].as_str().expect("text").replace("\"a\"", "\"b\"").replace("met", "saw");
    write(&page, "articles/b.attache.json", &other);
    wait_for("the other article", || (page.articles().len() == 3).then_some(()));
    wait_written(&page);
    // The earlier state is part of ours: ours is written again.
    wait_for("ours to be written", || {
        (files(&page)["articles/a.attache.json"] == after["articles/a.attache.json"]).then_some(())
    });

    // It is there again after a reload, without being asked for.
    page.reload();
    wait_written(&page);
    assert_eq!(page.articles().len(), 3);
    assert!(page.notices("problem").is_empty(), "{:?}", page.notices("problem"));

    // Another project, as on another computer, in the same folder: the same articles.
    page.click("[data-action=projects]");
    page.fill("[name=project-name]", "Elsewhere");
    page.click("[data-dialog=projects] [type=submit]");
    page.wait("the empty project", "return !!document.querySelector('.empty')");
    page.run(PICKER, json!([]));
    page.click("[data-action=projects]");
    page.click("[data-action=choose-folder]");
    wait_for("its articles", || (page.articles().len() == 3).then_some(()));
    wait_written(&page);
    assert_eq!(files(&page)["articles/a.attache.json"], after["articles/a.attache.json"]);
    page.click("[data-action=leave-folder]");
    page.wait("no folder", "return !document.querySelector('[data-folder-state]')");
}
