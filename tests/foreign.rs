//! Small files in the shapes that other tools give them: what is read of each, as `WORDS LABEL = PERSON OR TOPIC`.

mod edition;
mod fixtures;

use attache::ingest::{NamedBytes, read_files};
use fixtures::codebook;

/// The texts and spans of some files, and what is said of them.
fn read(files: &[(&str, &str)]) -> (Vec<String>, Vec<Vec<String>>, Vec<String>) {
    let files =
        files.iter().map(|(name, content)| NamedBytes { name: (*name).to_owned(), bytes: content.as_bytes().to_vec() });
    let mut codebook = codebook();
    let (articles, warnings) = read_files(files.collect(), &mut codebook);
    let spans = |article: &attache::ingest::Incoming| {
        let span = |it: &attache::annotation::Annotation| {
            let words: Vec<&str> = it.parts().into_iter().map(|part| article.text.slice(part)).collect();
            let label = &codebook.scheme.label(it.label).name;
            let entity = if it.entity == words.join(" ") { String::new() } else { format!(" = {}", it.entity) };
            format!("{} {label}{entity}", words.join(" … "))
        };
        article.annotations.iter().map(span).collect()
    };
    let texts = articles.iter().map(|article| article.text.as_str().to_owned()).collect();
    (texts, articles.iter().map(spans).collect(), warnings.iter().map(ToString::to_string).collect())
}

/// One file of one article: its text, its spans, and for each warning in order a part of it.
fn check(name: &str, content: &str, text: &str, spans: &[&str], warnings: &[&str]) {
    let (texts, found, told) = read(&[(name, content)]);
    assert_eq!(texts, [text], "{name}: {told:?}");
    assert_eq!(found[0], spans, "{name}: {told:?}");
    assert_eq!(told.len(), warnings.len(), "{name}: {told:#?}");
    for (told, part) in told.iter().zip(warnings) {
        assert!(told.contains(part), "{told}\nshould hold\n{part}");
    }
}

#[test]
fn gate_xml_of_gate_itself() {
    check(
        "doc.xml",
        r#"<?xml version='1.0' encoding='UTF-8'?>
<GateDocument version="3">
<GateDocumentFeatures>
<Feature><Name className="java.lang.String">gate.SourceURL</Name><Value className="java.lang.String">file:/news/talks.html</Value></Feature>
</GateDocumentFeatures>
<TextWithNodes><Node id="0"/>😀 See <Node id="7"/>Bu<Node id="9"/> <Node id="10"/>Habib<Node id="15"/> &amp; go.</TextWithNodes>
<AnnotationSet>
<Annotation Id="1" Type="Token" StartNode="7" EndNode="9"></Annotation>
<Annotation Id="2" Type="Person" StartNode="7" EndNode="15">
<Feature><Name className="java.lang.String">gender</Name><Value className="java.lang.String">male</Value></Feature>
</Annotation>
<Annotation Id="4" Type="Person" StartNode="7" EndNode="99"></Annotation>
</AnnotationSet>
<AnnotationSet Name="Original markups"><Annotation Id="3" Type="p" StartNode="0" EndNode="15"></Annotation></AnnotationSet>
</GateDocument>"#,
        "😀 See Bu Habib & go.",
        &["Bu Habib Person"],
        &[
            "the Person on line 12 begins or ends at a node that the text has not",
            "1 annotation of grammar, layout or a link is kept",
            "Read as GATE XML",
        ],
    );
}

#[test]
fn mae_files_with_parts_links_and_labels_of_the_whole() {
    check(
        "doc.xml",
        r#"<?xml version="1.0" encoding="UTF-8" ?>
<NewsTask>
<TEXT><![CDATA[😀 Foreign and Prime Minister <X>]]]]><![CDATA[> Bu Habib]]></TEXT>
<TAGS>
<ROLE id="R0" spans="3~10,21~29" text="Foreign ... Minister" qid="Q1" />
<OFFICIAL id="O0" spans="37~45" text="Bu Habib" qid="" />
<GENRE id="G0" spans="-1~-1" text="" />
<HOLDS id="H0" personID="O0" personText="Bu Habib" roleID="R0" roleText="" />
</TAGS>
</NewsTask>"#,
        "😀 Foreign and Prime Minister <X>]]> Bu Habib",
        &["Foreign … Minister ROLE = Foreign and Prime Minister", "Bu Habib OFFICIAL"],
        &["1 link between spans is kept", "Read as MAE"],
    );
}

#[test]
fn webanno_tsv_with_stacked_and_sub_token_spans() {
    check(
        "doc.tsv",
        "#FORMAT=WebAnno TSV 3.3\n\
         #T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue\n\
         #T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\
         #T_SP=webanno.custom.Flag|\n\
         #T_RL=webanno.custom.Rel|kind|BT_webanno.custom.Flag\n\
         \n\n\
         #Text=😀 Bu Habib’s [x] talks\n\
         1-1\t0-2\t😀\t_\t_\t_\t_\t_\t_\t\n\
         1-2\t3-5\tBu\tNNP\tQ\\_7[1]|*[2]\tPER[1]|OTH[2]\t_\t_\t_\t\n\
         1-3\t6-13\tHabib’s\t_\t_\t_\t_\t_\t_\t\n\
         1-3.1\t6-11\tHabib\t_\tQ\\_7[1]\tPER[1]\t*\ta\t1-2\t\n\
         1-4\t14-17\t[x]\t_\t_\t_\t_\t_\t_\t\n\
         1-5\t18-23\ttalks\t_\t*\t*\t_\t_\t_\t\n\
         \n\
         #Text=The end\n\
         2-1\t25-28\tThe\t_\t_\t_\t_\t_\t_\t\n\
         2-2\t29-32\tend\t_\t_\t_\t_\t_\t_\t\n",
        "😀 Bu Habib’s [x] talks\n\nThe end",
        &["Bu Habib PER = Q_7", "Bu OTH", "Habib Flag", "talks NamedEntity"],
        &[
            "passed over",
            "1 annotation of grammar, layout or a link is kept",
            "Read as WebAnno TSV 3.3; positions in UTF-16",
        ],
    );
}

#[test]
fn webanno_tsv_that_begins_far_in_the_text_ends_no_program() {
    let content = "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=Taha\n1-1\t15000000-15000004\tTaha\t\n";
    let (texts, _, told) = read(&[("a.tsv", content)]);
    assert!(texts.len() == 1 && texts[0].len() == 15_000_004 && texts[0].ends_with(" Taha"), "{told:?}");
}

#[test]
fn a_cas_of_inception() {
    let xmi = r#"<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:tcas="http:///uima/tcas.ecore"
 xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>
<tcas:DocumentAnnotation xmi:id="8" sofa="12" begin="0" end="19" language="x"/>
<type:NamedEntity xmi:id="1" sofa="12" begin="3" end="11" value="PER" identifier="http://www.wikidata.org/entity/Q1"/>
<custom:Official xmi:id="2" sofa="12" begin="3" end="11" rank="high"/>
<custom:Official xmi:id="3" sofa="12" begin="0" end="2"/>
<custom:Holds xmi:id="4" sofa="12" begin="3" end="11" Governor="1" Dependent="2"/>
<cas:Sofa xmi:id="12" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="😀 Bu Habib&#10;talks"/>
<cas:View sofa="12" members="8 1 2 4"/>
</xmi:XMI>"#;
    let entity = "http://www.wikidata.org/entity/Q1";
    let spans = [&*format!("Bu Habib PER = {entity}"), "Bu Habib OFFICIAL"];
    let told = ["1 annotation of grammar, layout or a link is kept", "positions in UTF-16"];
    check("doc.xmi", xmi, "😀 Bu Habib\ntalks", &spans, &told);
    let json = r#"{"%HEADER":{},"%TYPES":{},"%FEATURE_STRUCTURES":[
 {"%ID":12,"%TYPE":"uima.cas.Sofa","sofaNum":1,"sofaID":"_InitialView","mimeType":"text","sofaString":"😀 Bu Habib\ntalks"},
 {"%ID":8,"%TYPE":"uima.tcas.DocumentAnnotation","@sofa":12,"begin":0,"end":19,"language":"x"},
 {"%ID":1,"%TYPE":"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity","@sofa":12,"begin":3,"end":11,"value":"PER","identifier":"http://www.wikidata.org/entity/Q1"},
 {"%ID":2,"%TYPE":"webanno.custom.Official","@sofa":12,"^begin":3,"^end":11,"rank":"high"},
 {"%ID":3,"%TYPE":"webanno.custom.Official","@sofa":12,"begin":0,"end":2},
 {"%ID":4,"%TYPE":"webanno.custom.Holds","@sofa":12,"begin":3,"end":11,"@Governor":1,"@Dependent":2}],
 "%VIEWS":{"_InitialView":{"%SOFA":12,"%MEMBERS":[8,1,2,4]}}}"#;
    check("doc.json", json, "😀 Bu Habib\ntalks", &spans, &told);
}

#[test]
fn grammar_and_links_of_inception_are_written_back() {
    let types = r#"{"webanno.custom.Official":{"%NAME":"webanno.custom.Official","%SUPER_TYPE":"uima.tcas.Annotation","rank":{"%NAME":"rank","%RANGE":"uima.cas.Integer"},"kind":{"%NAME":"kind","%RANGE":"uima.cas.StringArray"}},"webanno.custom.Holds":{"%NAME":"webanno.custom.Holds","%SUPER_TYPE":"uima.tcas.Annotation","Governor":{"%NAME":"Governor","%RANGE":"webanno.custom.Official"}}}"#;
    let json = r#"{"%HEADER":{"%VERSION":"0.4"},"%TYPES":TYPES,"%FEATURE_STRUCTURES":[
 {"%ID":12,"%TYPE":"uima.cas.Sofa","sofaNum":1,"sofaID":"_InitialView","mimeType":"text","sofaString":"😀 Bu Habib"},
 {"%ID":7,"%TYPE":"de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token","@sofa":12,"begin":3,"end":11,"@lemma":6},
 {"%ID":6,"%TYPE":"de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Lemma","@sofa":12,"begin":3,"end":11,"value":"Bu"},
 {"%ID":1,"%TYPE":"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity","@sofa":12,"begin":3,"end":11,"value":"PER"},
 {"%ID":2,"%TYPE":"webanno.custom.Official","@sofa":12,"begin":3,"end":11,"rank":3},
 {"%ID":4,"%TYPE":"webanno.custom.Holds","@sofa":12,"begin":3,"end":11,"@Governor":1,"@Dependent":2},
 {"%ID":5,"%TYPE":"webanno.custom.Holds","@sofa":12,"begin":3,"end":11,"@Governor":1,"@Dependent":9},
 {"%ID":9,"%TYPE":"webanno.custom.Official","@sofa":12,"begin":99,"end":100}],
 "%VIEWS":{"_InitialView":{"%SOFA":12,"%MEMBERS":[7,6,1,2,4,5,9]}}}"#;
    let (bytes, told) = there_and_back("cas-json", &[("a.json", &json.replace(":TYPES,", &format!(":{types},")))]);
    let written: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let structure = |id: u64| {
        let all = written["%FEATURE_STRUCTURES"].as_array().expect("a list");
        all.iter().find(|it| it["%ID"] == id).map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(written["%HEADER"]["%VERSION"], "0.4");
    assert_eq!(written["%VIEWS"]["_InitialView"]["%MEMBERS"].to_string(), "[7,6,4,13,14,2,1]", "{written}");
    for (id, expected) in [
        (7, r#""@lemma":6"#),
        (2, r#""%TYPE":"webanno.custom.Official","@sofa":12,"begin":3,"end":11,"rank":3}"#),
        (1, r#""end":11,"value":"PER"}"#),
        (4, r#""@Dependent":2,"@Governor":1,"#),
    ] {
        assert!(structure(id).contains(expected), "{id}: {}", structure(id));
    }
    assert_eq!(structure(5), "", "its end was left out");
    assert!(told.iter().any(|it| it.contains("1 link to a span that is gone")), "{told:?}");
    assert_eq!(written["%TYPES"]["webanno.custom.Holds"]["Governor"]["%RANGE"], "webanno.custom.Official");

    // The same as XMI, whose types stand in a file of their own.
    let system = r#"<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>webanno.custom.Grade</name><supertypeName>uima.cas.String</supertypeName><allowedValues><value><string>high</string></value></allowedValues></typeDescription>
<typeDescription><name>webanno.custom.Official</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>rank</name><rangeTypeName>webanno.custom.Grade</rangeTypeName></featureDescription>
<featureDescription><name>peers</name><rangeTypeName>uima.cas.FSArray</rangeTypeName><elementType>uima.tcas.Annotation</elementType></featureDescription></features></typeDescription>
</types></typeSystemDescription>"#;
    let xmi = r#"<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:ner="http:///webanno/custom.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>
<ner:Official xmi:id="2" sofa="12" begin="3" end="11" rank="high" peers="5 2"/>
<ner:Official xmi:id="5" sofa="12" begin="0" end="2"/>
<ner:Holds xmi:id="4" sofa="12" begin="3" end="11" Governor="2" Dependent="5"><notes>a &lt; b</notes><notes>c</notes></ner:Holds>
<cas:Sofa xmi:id="12" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="😀 Bu Habib"/>
<cas:View sofa="12" members="2 4 5"/>
</xmi:XMI>"#;
    let (bytes, _) = there_and_back("xmi", &[("a.xmi", xmi), ("TypeSystem.xml", system)]);
    let written = String::from_utf8_lossy(&bytes).into_owned();
    for expected in [
        "xmlns:custom=\"http:///webanno/custom.ecore\"",
        "<custom:Official xmi:id=\"2\" peers=\"5 2\" sofa=\"12\" begin=\"3\" end=\"11\" rank=\"high\"/>",
        "<custom:Official xmi:id=\"5\" sofa=\"12\" begin=\"0\" end=\"2\"/>",
        " Governor=\"2\" sofa=\"12\" begin=\"3\" end=\"11\"><notes>a &lt; b</notes><notes>c</notes></custom:Holds>",
        "<elementType>uima.tcas.Annotation</elementType>",
        "<value>\n<string>high</string>\n</value>",
    ] {
        assert!(written.contains(expected), "{expected}\n{written}");
    }
}

#[test]
fn columns_of_webanno_that_are_not_read_are_written_back() {
    let tsv = "#FORMAT=WebAnno TSV 3.3\n\
         #T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue\n\
         #T_SP=webanno.custom.Official|rank|value\n\
         #T_SP=webanno.custom.Flag|\n\
         #T_RL=de.tudarmstadt.ukp.dkpro.core.api.syntax.type.dependency.Dependency|DependencyType|BT_de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS\n\
         #T_RL=webanno.custom.Rel|kind|BT_webanno.custom.Flag\n\
         \n\n\
         #Text=😀 Bu Habib’s talks\n\
         1-1\t0-2\t😀\t_\t_\t_\t_\t_\t_\t_\t_\t\n\
         1-2\t3-5\tBu\tNNP\thigh[1]\tPER[1]\t_\tnmod\t1-3\t_\t_\t\n\
         1-3\t6-13\tHabib’s\tNNP[7]\t_\t_\t_\t_\t_\t_\t_\t\n\
         1-3.1\t6-11\tHabib\t_\thigh[1]\tPER[1]\t*\t_\t_\ta\t1-2\t\n\
         1-4\t14-19\ttalks\t_\t_\t_\t_\t_\t_\ta\t1-2\t\n";
    let (bytes, told) = there_and_back("webanno-tsv", &[("a.tsv", tsv)]);
    let written = String::from_utf8_lossy(&bytes).into_owned();
    // The relation between flags is gone, and a number is one that no other column has.
    let expected = tsv.replace("[1]", "[8]").replace("#T_RL=webanno.custom.Rel|kind|BT_webanno.custom.Flag\n", "");
    let expected = expected.replace("\t_\t_\t\n", "\t\n").replace("\ta\t1-2\t\n", "\t\n");
    assert_eq!(written, expected, "{told:?}");
    assert!(told.iter().any(|it| it.starts_with("1 link between spans is left out")), "{told:?}");
}

#[test]
fn conllu_with_words_of_several_tokens_and_thought_ones() {
    check(
        "doc.conllu",
        "# newdoc id = a\n# sent_id = 1\n# text = Al Bu Habib va.\n\
         1-2\tAl\t_\t_\t_\t_\t_\t_\t_\t_\n\
         1\tA\t_\t_\t_\t_\t_\t_\t_\tner=O\n\
         2\tel\t_\t_\t_\t_\t_\t_\t_\tner=O\n\
         3\tBu\t_\t_\t_\t_\t_\t_\t_\tner=B-PER\n\
         4\tHabib\t_\t_\t_\t_\t_\t_\t_\tner=E-PER\n\
         4.1\tse\t_\t_\t_\t_\t_\t_\t_\t_\n\
         5\tva\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No|ner=O\n\
         6\t.\t_\t_\t_\t_\t_\t_\t_\tner=O\n\n\
         # sent_id = 2\n# text = Fin\n1\tFin\t_\t_\t_\t_\t_\t_\t_\tner=S-TOPIC\n\n",
        "Al Bu Habib va.\nFin",
        &["Bu Habib PER", "Fin TOPIC"],
        &["Read as CoNLL-U Plus"],
    );
}

#[test]
fn tei_of_an_edition() {
    check(
        "doc.xml",
        r##"<?xml version="1.0"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0">
 <teiHeader><fileDesc><titleStmt><title>A  letter</title></titleStmt></fileDesc></teiHeader>
 <text><body>
  <head>Talks</head>
  <p>Then
     <persName ref="#p1">Bu
     Habib</persName> &amp; <rs type="topic" key="quds day" xml:id="a" next="#b">Quds</rs> said
     <rs type="topic" xml:id="b" prev="#a">Day</rs><note>not this</note> <term/>.</p>
 </body></text>
 <standOff><listPerson><person xml:id="p1"><persName>Abdallah Bu Habib</persName></person></listPerson></standOff>
</TEI>"##,
        "Talks\nThen Bu Habib & Quds said Day .",
        &["Bu Habib PERSON = Abdallah Bu Habib", "Quds … Day TOPIC = quds day"],
        &["1 note is kept", "Read as TEI P5"],
    );
}

#[test]
fn tei_of_an_edition_keeps_its_elements() {
    let header = "<teiHeader><fileDesc><titleStmt><title>A letter</title></titleStmt></fileDesc></teiHeader>";
    let file = |body: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TEI xmlns=\"http://www.tei-c.org/ns/1.0\">\n{header}\n<text><front><p>Before</p></front>{body}<back/></text><standOff><listPerson><person xml:id=\"p1\"><persName>Abdallah Bu Habib</persName></person></listPerson></standOff>\n</TEI>\n"
        )
    };
    let inside = "<pb n=\"3\"/><head rend='a>b'>Talks</head>\n<div><p>Then <persName ref=\"#p1\" resp=\"#me\">Bu <hi>Habib</hi></persName> &amp; <orgName xml:id=\"o\">Quds</orgName> said <note n=\"1\">not <hi>this</hi></note><rs type=\"TOPIC\" key=\"quds day\">Day</rs>.</p>";
    let body = format!("<body xml:space=\"preserve\">{inside}</div></body>");
    let (bytes, told) = there_and_back("tei", &[("a.xml", &file(&body))]);
    let written = String::from_utf8(bytes).expect("text");
    let expected = body.replace("xml:id=\"o\"", "key=\"Quds\" xml:id=\"o\"");
    assert_eq!(written, file(&expected), "{told:?}");
    let (again, _) = there_and_back("tei", &[("a.xml", &written)]);
    assert_eq!(String::from_utf8(again).expect("text"), written);
}

#[test]
fn broken_xml_is_told_with_its_place() {
    for (name, content) in [
        ("a.xml", "<GateDocument version='3'><TextWithNodes>Taha said</GateDocument>"),
        ("a.xmi", "<xmi:XMI xmlns:xmi='http://www.omg.org/XMI'>\n<cas:Sofa sofaString='a'/></xmi:XMI>"),
        ("a.xml", "<TEI><text><body>&outer;</body></text></TEI>"),
    ] {
        let (texts, _, told) = read(&[(name, content)]);
        assert!(texts.is_empty(), "{texts:?}");
        assert!(told[0].contains("This XML cannot be read: ") && told[0].contains(" at "), "{told:?}");
    }
    // Deep nesting ends no program.
    let deep = format!("<TEI><text><body>{}Taha{}</body></text></TEI>", "<p>".repeat(50_000), "</p>".repeat(50_000));
    let (texts, _, told) = read(&[("a.xml", &deep)]);
    assert!(texts == ["Taha"] || told[0].contains("cannot be read"), "{told:?}");
}

#[test]
fn of_an_array_that_breaks_off_what_is_whole_is_read() {
    let content = r#"[["Taha said",{"entities":[[0,4,"OFFICIAL"]]}],
["Bu Habib sa"#;
    let (texts, spans, told) = read(&[("a.json", content)]);
    assert_eq!((texts, spans), (vec!["Taha said".to_owned()], vec![vec!["Taha OFFICIAL".to_owned()]]));
    assert!(
        told[0].contains("breaks off at line 2, column 13") && told[0].contains("before that place were read"),
        "{told:?}"
    );
}

#[test]
fn segments_of_ner_annotator_count_utf16_each() {
    check(
        "annotations.json",
        r#"{"classes":["OFFICIAL"],"annotations":[["😀 Bu Habib said.\r",{"entities":[[3,11,"OFFICIAL"]]}],null,["Taha did.",{"entities":[[0,4,"OFFICIAL"]]}]]}"#,
        "😀 Bu Habib said.\r\nTaha did.",
        &["Bu Habib OFFICIAL", "Taha OFFICIAL"],
        &["Read as"],
    );
}

#[test]
fn fields_that_mean_nothing_here_are_written_back() {
    use attache::format::{Format, Source};
    use attache::project::UnixMillis;
    for (format, file) in [
        ("doccano", r#"{"text":"Taha said","label":[[0,4,"OFFICIAL"]],"id":7,"url":"u","meta":{"a":[1]}}"#),
        (
            "label-studio",
            r#"[{"id":9,"data":{"text":"Taha said","date":"2024"},"annotations":[{"result":[]}],"file_upload":"f"}]"#,
        ),
        (
            "prodigy",
            r#"{"text":"Taha said","tokens":[],"spans":[],"meta":{"source":"s"},"answer":"accept","_input_hash":5}"#,
        ),
        ("huggingface", r#"{"tokens":["Taha"],"ner_tags":["O"],"lang":"en"}"#),
        ("pubannotation", r#"{"text":"Taha said","denotations":[],"sourcedb":"PubMed"}"#),
        ("bdoc", r#"{"text":"Taha said","features":{"a":1},"offset_type":"p","annotation_sets":{}}"#),
        ("jsonl", r#"{"text":"Taha said","spans":[],"url":"u","labels":{"a":1}}"#),
    ] {
        let files = vec![NamedBytes { name: "a.json".to_owned(), bytes: file.as_bytes().to_vec() }];
        let mut codebook = codebook();
        let (articles, told) = read_files(files, &mut codebook);
        assert_eq!(articles.len(), 1, "{format}: {told:?}");
        let article = articles.into_iter().map(|it| it.into_article(UnixMillis(0), &codebook.scheme)).next();
        let article = article.expect("one");
        let export =
            Format::by_id(format).expect("a format").write(&[Source { name: "a", article: &article }], &codebook);
        assert!(!export.losses.iter().any(|loss| loss.contains("of the whole")), "{format}: {:?}", export.losses);
        let written: serde_json::Value = serde_json::from_slice(&export.bytes).expect("JSON");
        let first = |value: serde_json::Value| value.get(0).cloned().unwrap_or(value);
        let (written, given) = (first(written), first(serde_json::from_str(file).expect("JSON")));
        for (way, expected) in [
            ("/url", given.pointer("/url")),
            ("/meta/a", given.pointer("/meta/a")),
            ("/data/date", given.pointer("/data/date")),
            ("/file_upload", given.pointer("/file_upload")),
            ("/meta/source", given.pointer("/meta/source")),
            ("/_input_hash", given.pointer("/_input_hash")),
            ("/lang", given.pointer("/lang")),
            ("/sourcedb", given.pointer("/sourcedb")),
            ("/features/a", given.pointer("/features/a")),
            ("/labels", given.pointer("/labels")),
        ] {
            assert_eq!(written.pointer(way), expected, "{format}: {way}: {written}");
        }
    }
}

/// A file read and written again in its own format; what was told on reading, and after it what is lost on writing.
fn there_and_back(format: &str, files: &[(&str, &str)]) -> (Vec<u8>, Vec<String>) {
    use attache::format::{Format, Source};
    use attache::project::UnixMillis;
    let files =
        files.iter().map(|(name, content)| NamedBytes { name: (*name).to_owned(), bytes: content.as_bytes().to_vec() });
    let mut codebook = codebook();
    let (articles, told) = read_files(files.collect(), &mut codebook);
    let [article] = &articles[..] else { panic!("one article: {told:?}") };
    let article = article.clone().into_article(UnixMillis(0), &codebook.scheme);
    let format = Format::by_id(format).expect("a format");
    let export = format.write(&[Source { name: "a", article: &article }], &codebook);
    (export.bytes, told.iter().map(ToString::to_string).chain(export.losses).collect())
}

/// A file of a zip, as text.
fn entry(zip: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).expect("a zip");
    let mut words = String::new();
    std::io::Read::read_to_string(&mut zip.by_name(name).expect("there"), &mut words).expect("text");
    words
}

#[test]
fn what_other_tools_say_of_single_spans_and_between_them_is_written_back() {
    for (format, file, ways) in [
        (
            "doccano-entities",
            r#"{"text":"Taha met Bu","entities":[{"id":30,"label":"OFFICIAL","start_offset":0,"end_offset":4,"conf":1},{"id":12,"label":"OFFICIAL","start_offset":9,"end_offset":11}],"relations":[{"id":4,"from_id":30,"to_id":12,"type":"met"},{"id":5,"from_id":30,"to_id":99,"type":"x"}]}"#,
            &[("/relations/0/to_id", "12"), ("/relations/1", ""), ("/entities/0/id", "30"), ("/entities/0/conf", "1")]
                [..],
        ),
        (
            "label-studio",
            r#"[{"id":9,"data":{"text":"Taha met Bu"},"annotations":[{"id":7,"lead_time":4.5,"completed_by":{"id":3},"result":[{"id":"x1","from_name":"ner","to_name":"txt","type":"labels","parentID":"p","value":{"start":0,"end":4,"text":"Taha","labels":["OFFICIAL"]}},{"id":"x2","from_name":"ner","to_name":"txt","type":"labels","value":{"start":9,"end":11,"text":"Bu","labels":["OFFICIAL"]}},{"from_id":"x1","to_id":"x2","type":"relation","direction":"right"}]}]}]"#,
            &[
                ("/0/annotations/0/result/0/id", "\"x1\""),
                ("/0/annotations/0/result/0/from_name", "\"ner\""),
                ("/0/annotations/0/result/0/parentID", "\"p\""),
                ("/0/annotations/0/result/2/direction", "\"right\""),
                ("/0/annotations/0/lead_time", "4.5"),
            ],
        ),
        (
            "prodigy",
            r#"{"text":"Taha said","tokens":[],"spans":[{"start":0,"end":4,"label":"OFFICIAL","pattern":77}],"answer":"accept"}"#,
            &[("/spans/0/pattern", "77"), ("/spans/0/token_end", "0")],
        ),
        (
            "pubannotation",
            r#"{"text":"Taha met Bu","denotations":[{"id":"E7","span":{"begin":0,"end":4},"obj":"OFFICIAL"},{"id":"E9","span":{"begin":9,"end":11},"obj":"OFFICIAL"}],"relations":[{"id":"R1","pred":"met","subj":"E7","obj":"E9"}]}"#,
            &[("/denotations/1/id", "\"E9\""), ("/relations/0/pred", "\"met\""), ("/attributes/0/subj", "\"E7\"")],
        ),
        (
            "spacy",
            r#"[["Taha said",{"entities":[[0,4,"OFFICIAL"]],"cats":{"POLITICS":1.0}}]]"#,
            &[("/0/1/cats/POLITICS", "1.0"), ("/0/1/entities/0/2", "\"OFFICIAL\"")],
        ),
        (
            "w3c",
            r#"{"@context":"http://www.w3.org/ns/anno.jsonld","type":"AnnotationCollection","attache:text":"Taha said","rights":"CC0","first":{"items":[{"id":"urn:x","created":"2024-01-01","body":[{"purpose":"tagging","value":"OFFICIAL"},{"purpose":"linking","source":"http://q/1"}],"target":{"selector":[{"type":"TextPositionSelector","start":0,"end":4}]}}]}}"#,
            &[
                ("/rights", "\"CC0\""),
                ("/first/items/0/id", "\"urn:x\""),
                ("/first/items/0/created", "\"2024-01-01\""),
                ("/first/items/0/body/2/source", "\"http://q/1\""),
                ("/first/items/0/body/3", ""),
            ],
        ),
    ] {
        let (bytes, told) = there_and_back(format, &[("a.json", file)]);
        let written: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        for (way, expected) in ways {
            let found = written.pointer(way).map(ToString::to_string).unwrap_or_default();
            assert_eq!(found, *expected, "{format}: {way}: {written}\n{told:?}");
        }
    }
}

#[test]
fn relations_and_events_of_brat_are_written_back() {
    let ann = "T4\tOFFICIAL 0 4\tTaha\nT9\tMEET 5 8\tmet\nT11\tOFFICIAL 9 11\tBu\nE2\tMEET:T9 Who:T4 Who2:T11\nA3\tPast E2\n\
               R7\tPeer Arg1:T4 Arg2:T11\n*\tEquiv T4 T11\nR8\tPeer Arg1:T4 Arg2:T99\n\
               A9\tPast E6\nE6\tMEET:T9 Who:E5\nE5\tMEET:T9 Who:T99\n";
    let (bytes, told) = there_and_back("brat", &[("a.txt", "Taha met Bu"), ("a.ann", ann)]);
    let (ann, conf) = (entry(&bytes, "a.ann"), entry(&bytes, "annotation.conf"));
    for line in ["E2\tMEET:T2 Who:T1 Who2:T3", "A1\tPast E2", "R7\tPeer Arg1:T1 Arg2:T3", "*\tEquiv T1 T3"] {
        assert!(ann.lines().any(|it| it == line), "{line}\nis not in\n{ann}");
    }
    // What speaks of what is gone goes too, however far that is.
    assert!(["R8", "E5", "E6"].iter().all(|gone| !ann.contains(gone)), "{ann}");
    for line in ["Peer\tArg1:<ENTITY>, Arg2:<ENTITY>", "MEET\tWho*:<ANY>"] {
        assert!(conf.lines().any(|it| it == line), "{line}\nis not in\n{conf}");
    }
    assert!(told.iter().any(|line| line.contains("6 links between spans are kept for this format")), "{told:?}");
}

#[test]
fn a_quotation_is_found_by_its_neighbours() {
    let file = r#"{"@context":"http://www.w3.org/ns/anno.jsonld","type":"AnnotationCollection","attache:text":"the minister met the minister of Iran","first":{"items":[{"body":{"value":"ROLE"},"target":{"selector":{"type":"TextQuoteSelector","exact":"minister","prefix":"met the ","suffix":" of"}}},{"body":{"value":"ROLE"},"target":{"selector":{"type":"TextQuoteSelector","exact":"minister"}}}]}}"#;
    let files = vec![NamedBytes { name: "a.json".to_owned(), bytes: file.as_bytes().to_vec() }];
    let (articles, told) = read_files(files, &mut codebook());
    let starts: Vec<u32> = articles[0].annotations.iter().map(|it| it.span.start().0).collect();
    assert_eq!(starts, [21]);
    assert!(told.iter().any(|it| it.to_string().contains("span 2")), "what could be either place is listed: {told:?}");
}

#[test]
fn what_xml_formats_say_of_spans_and_documents_is_written_back() {
    let header = "<teiHeader><fileDesc><titleStmt><title>Letters</title></titleStmt><publicationStmt><p>An archive.</p></publicationStmt></fileDesc></teiHeader>";
    let tei = format!(
        "<TEI xmlns=\"http://www.tei-c.org/ns/1.0\">{header}<text><body><p>Dear <persName>Bu</persName>.</p></body></text></TEI>"
    );
    let (bytes, _) = there_and_back("tei", &[("a.xml", &tei)]);
    let written = String::from_utf8(bytes).expect("text");
    assert!(written.contains(header), "{written}");

    let feature = "<Feature><Name className=\"java.lang.String\">MimeType</Name><Value className=\"java.lang.String\">text/html</Value></Feature>";
    let gate = format!(
        "<GateDocument version=\"3\"><GateDocumentFeatures>{feature}</GateDocumentFeatures><TextWithNodes><Node id=\"0\"/>😀 Bu<Node id=\"5\"/></TextWithNodes>{}</GateDocument>",
        "<AnnotationSet Name=\"Key\"><Annotation Id=\"9\" Type=\"Token\" StartNode=\"0\" EndNode=\"5\"><Feature><Name>kind</Name><Value>word</Value></Feature></Annotation><Annotation Id=\"2\" Type=\"Person\" StartNode=\"0\" EndNode=\"5\"/></AnnotationSet>"
    );
    let (bytes, _) = there_and_back("gate-xml", &[("a.xml", &gate)]);
    let written = String::from_utf8(bytes).expect("text");
    assert!(written.contains(feature), "{written}");
    let (sets, token) = (
        written.matches("<AnnotationSet Name=\"Key\">").count(),
        "<Annotation Id=\"9\" Type=\"Token\" StartNode=\"0\" EndNode=\"5\">\n<Feature><Name>kind</Name><Value>word</Value></Feature>\n",
    );
    assert!(
        sets == 1 && written.contains(token) && written.contains("<Annotation Id=\"10\" Type=\"Person\""),
        "{written}"
    );
    let bdoc = r#"{"text":"Bu","offset_type":"p","annotation_sets":{"Key":{"name":"Key","annotations":[{"id":3,"type":"Person","start":0,"end":2}]}}}"#;
    let (bytes, _) = there_and_back("bdoc", &[("a.json", bdoc)]);
    let written: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(written["annotation_sets"]["Key"]["annotations"][0]["type"], "Person", "{written}");

    let cas = r#"{"%TYPES":{},"%FEATURE_STRUCTURES":[{"%ID":1,"%TYPE":"uima.cas.Sofa","sofaID":"_InitialView","sofaString":"Bu said"},
        {"%ID":2,"%TYPE":"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity","@sofa":1,"begin":0,"end":2,"value":"OFFICIAL","rank":"high"}],
        "%VIEWS":{"_InitialView":{"%SOFA":1,"%MEMBERS":[2]}}}"#;
    let (bytes, _) = there_and_back("cas-json", &[("a.json", cas)]);
    let written: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let entities = written["%FEATURE_STRUCTURES"].as_array().expect("structures");
    assert!(entities.iter().any(|it| it["rank"] == "high" && it["value"] == "OFFICIAL"), "{written}");
    assert_eq!(
        written["%TYPES"]["de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"]["rank"]["%RANGE"],
        "uima.cas.String"
    );

    let mae = r#"<T><TEXT><![CDATA[Bu said]]></TEXT><TAGS><OFFICIAL id="O0" spans="0~2" text="Bu"/><ROLE id="R0" spans="0~2" text="Bu"/>
        <HOLDS id="H0" personID="O0" personText="Bu" roleID="R0" roleText="Bu" since="2020"/><HOLDS id="H1" personID="O9" roleID="R0"/></TAGS></T>"#;
    let (bytes, losses) = there_and_back("mae", &[("a.xml", mae)]);
    let written = entry(&bytes, "a.xml");
    for part in ["<OFFICIAL id=\"O0\"", "<HOLDS id=\"H0\" personID=\"O0\"", "since=\"2020\""] {
        assert!(written.contains(part), "{part}\nis not in\n{written}");
    }
    assert!(!written.contains("H1"), "{written}");
    assert!(losses.iter().any(|loss| loss.starts_with("1 link to a span that is gone")), "{losses:?}");
    let dtd = entry(&bytes, "attache.dtd");
    assert!(dtd.contains("<!ELEMENT HOLDS EMPTY >\n<!ATTLIST HOLDS arg0 IDREF prefix=\"person\" #REQUIRED >"), "{dtd}");
}

#[test]
fn what_a_record_says_of_its_article_is_read_and_written_as_it_is_now() {
    use attache::format::{Format, Source};
    use attache::project::{ArticleHead, ArticleId, UnixMillis};
    let line = r#"{"id":"s-1","title":"Visit","date":"2021-05-20","licence":"public domain","text":"Taha said","meta":{"lang":"en"}}"#;
    let files = vec![NamedBytes { name: "a.jsonl".to_owned(), bytes: line.as_bytes().to_vec() }];
    let mut codebook = codebook();
    let (mut articles, _) = read_files(files, &mut codebook);
    let mut incoming = articles.pop().expect("one");
    let field = |name: &str| incoming.about.fields.get(name).map(String::as_str);
    assert_eq!(
        (field("title"), field("date"), field("licence")),
        (Some("Visit"), Some("2021-05-20"), Some("public domain"))
    );
    assert_eq!((field("language"), incoming.name.as_str()), (Some("en"), "s-1"));
    incoming.about.set_field("date", "2021-05-21");
    let article = incoming.into_article(UnixMillis(0), &codebook.scheme);
    let head = ArticleHead::of(ArticleId(1), "s-1".to_owned(), &article, &codebook.scheme);
    assert_eq!((head.shown_name(), head.date.as_str()), ("Visit", "2021-05-21"));
    let jsonl =
        Format::by_id("jsonl").expect("a format").write(&[Source { name: "s-1", article: &article }], &codebook);
    let written: serde_json::Value = serde_json::from_slice(&jsonl.bytes).expect("a line");
    assert_eq!(
        (&written["date"], &written["title"], &written["id"]),
        (&"2021-05-21".into(), &"Visit".into(), &"s-1".into())
    );
    let doccano =
        Format::by_id("doccano").expect("a format").write(&[Source { name: "s-1", article: &article }], &codebook);
    assert!(
        doccano.losses.iter().any(|loss| loss.contains("source of the whole")),
        "another format has no place for it"
    );
}
