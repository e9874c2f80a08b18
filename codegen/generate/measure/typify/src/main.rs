//! Prints what typify makes of a schema file, with the title that its second argument gives it.

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (file, title) = (arguments.next().expect("a file"), arguments.next().expect("a title"));
    let mut schema: serde_json::Value =
        serde_json::from_slice(&std::fs::read(file).expect("a file that can be read")).expect("JSON");
    schema["title"] = title.into();
    let schema: schemars::schema::RootSchema = serde_json::from_value(schema).expect("a schema");
    let mut types = typify::TypeSpace::new(&typify::TypeSpaceSettings::default());
    types.add_root_schema(schema).expect("a schema that typify takes");
    let file = syn::parse2(types.to_stream()).expect("Rust");
    print!("{}", prettyplease::unparse(&file));
}
