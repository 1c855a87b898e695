//! What is known about each language: one row each, one place for all names.
//!
//! The names are those that editors send: VS Code's language ids
//! (<https://code.visualstudio.com/docs/languages/identifiers> and those of common extensions),
//! Vim's file types, Helix's `languages.toml`, Emacs's major modes without `-mode` and `-ts`.

use super::row::*;
use super::{Grammar, Host};

pub(super) const PLAIN: Row = Row {
    id: "plaintext",
    name: "Plain text",
    ids: "text txt plain plain-text fundamental none",
    ext: "txt text",
    files: "license gemfile.lock",
    ..NONE
};

macro_rules! rows {
    ($($id:literal $name:literal = $base:ident $(, $field:ident $value:expr)*;)*) => {
        pub(super) static ROWS: &[Row] = &[
            PLAIN,
            $(Row { id: $id, name: $name, $($field: $value,)* ..$base },)*
        ];
    };
}

rows! {
    // With a syntax tree.
    "c" "C" = C_LIKE, ext "c i", run "tcc", grammar Some(Grammar::C);
    // Editors take `.h` for C++, and its grammar reads C as well.
    "cpp" "C++" = C_LIKE, ids "c++ cplusplus cc arduino", grammar Some(Grammar::Cpp),
        ext "cpp cc cxx c++ C h hpp hh hxx h++ ii inl ipp ixx cppm tpp txx tcc ino";
    "go" "Go" = C_LIKE, ids "golang", ext "go", run "gorun", quotes TICKS, grammar Some(Grammar::Go);
    "java" "Java" = C_LIKE, ext "java jav jsh", run "java jshell", grammar Some(Grammar::Java);
    "javascript" "JavaScript" = C_LIKE, ids "js js2 js3 node ecmascript gjs ojs",
        ext "js mjs cjs es6 jsm pac", files "jakefile .pnpmfile.cjs", quotes TICKS,
        run "node nodejs qjs d8 gjs zx", grammar Some(Grammar::JavaScript);
    "javascriptreact" "JavaScript JSX" = C_LIKE,
        ids "jsx js-jsx js2-jsx rjsx javascript.jsx javascript-react", ext "jsx",
        quotes TICKS, grammar Some(Grammar::JavaScript);
    "python" "Python" = HASH, ids "py python2 python3 ipython ipython3 sage snakemake pyodide",
        ext "py pyi pyw py3 cpy rpy sage smk gyp gypi ipy",
        files "sconstruct sconscript snakefile wscript .pythonrc .pythonstartup",
        run "python pypy jython micropython ipython uv pythonw", indent true,
        grammar Some(Grammar::Python);
    "rust" "Rust" = C_LIKE, ids "rs rustic", ext "rs", run "rust-script cargo", quotes DOUBLE,
        grammar Some(Grammar::Rust);
    "typescript" "TypeScript" = C_LIKE, ids "ts", ext "ts mts cts", run "deno ts-node tsx bun",
        quotes TICKS, grammar Some(Grammar::TypeScript);
    "typescriptreact" "TypeScript JSX" = C_LIKE,
        ids "tsx typescript.tsx typescript-tsx typescript-react", ext "tsx", quotes TICKS,
        grammar Some(Grammar::Tsx);

    // C's family.
    "apex" "Apex" = C_LIKE, ext "apex trigger";
    "bicep" "Bicep" = C_LIKE, ext "bicep bicepparam";
    "csharp" "C#" = C_LIKE, ids "cs c-sharp c#", ext "cs csx cake", run "dotnet dotnet-script csi";
    "cuda-cpp" "CUDA C++" = C_LIKE, ids "cuda", ext "cu cuh";
    "d" "D" = C_LIKE, ids "dlang", ext "d di", run "rdmd", quotes TICKS;
    "dart" "Dart" = C_LIKE, ext "dart", run "dart";
    "fsharp" "F#" = C_LIKE, ids "f# f-sharp fs", ext "fs fsi fsx fsscript", run "fsharpi",
        block PARENS, quotes DOUBLE, indent true;
    "glsl" "GLSL" = C_LIKE, ids "shader", ext "glsl vert frag geom comp tesc tese";
    "groovy" "Groovy" = C_LIKE, ids "gradle jenkins jenkinsfile nextflow", run "groovy nextflow",
        ext "groovy gvy gradle jenkinsfile nf", files "jenkinsfile";
    "haxe" "Haxe" = C_LIKE, ext "hx";
    "hlsl" "HLSL" = C_LIKE, ext "hlsl hlsli fx fxh";
    "kotlin" "Kotlin" = C_LIKE, ids "kotlinscript kt", ext "kt kts ktm", run "kotlin kotlinc";
    "metal" "Metal" = C_LIKE, ext "metal";
    "move" "Move" = C_LIKE, ext "move", quotes DOUBLE;
    "objective-c" "Objective-C" = C_LIKE, ids "objc objectivec", ext "m";
    "objective-cpp" "Objective-C++" = C_LIKE, ids "objcpp objective-c++ objectivecpp", ext "mm";
    "odin" "Odin" = C_LIKE, ext "odin", quotes TICKS;
    "opencl" "OpenCL" = C_LIKE, ids "opencl-c", ext "cl clh";
    "openscad" "OpenSCAD" = C_LIKE, ids "scad", ext "scad";
    "php" "PHP" = C_LIKE, ids "php-only phps php-html", ext "php php4 php5 php7 php8 phtml ctp",
        files "artisan", run "php", host Some(Host::Php);
    "qml" "QML" = C_LIKE, ids "qmljs", ext "qml qbs", quotes TICKS;
    "reason" "Reason" = C_LIKE, ids "reasonml", ext "re rei", quotes DOUBLE;
    "rescript" "ReScript" = C_LIKE, ext "res resi", quotes DOUBLE;
    "scala" "Scala" = C_LIKE, ids "sbt", ext "scala sc sbt mill", quotes DOUBLE,
        run "scala scala-cli amm";
    "shaderlab" "ShaderLab" = C_LIKE, ext "shader cginc";
    "solidity" "Solidity" = C_LIKE, ids "sol", ext "sol";
    "swift" "Swift" = C_LIKE, ext "swift swiftinterface", run "swift", quotes DOUBLE;
    "v" "V" = C_LIKE, ids "vlang", ext "vv vsh", run "v";
    "vala" "Vala" = C_LIKE, ext "vala vapi";
    "verilog" "Verilog" = C_LIKE, ext "v vh vl", quotes DOUBLE;
    "systemverilog" "SystemVerilog" = C_LIKE, ids "sv", ext "sv svh", quotes DOUBLE;
    "wgsl" "WGSL" = C_LIKE, ids "wesl", ext "wgsl wesl";
    "zig" "Zig" = C_LIKE, ext "zig zon", block None;
    "gdshader" "Godot shader" = C_LIKE, ids "gdshaderinc", ext "gdshader gdshaderinc";

    // Scripts.
    "awk" "AWK" = HASH, ids "gawk", ext "awk gawk", run "awk gawk mawk nawk", quotes DOUBLE;
    "bat" "Batch" = NONE, ids "batch dosbatch cmd", ext "bat cmd btm", run "cmd",
        line Some("REM"), quotes DOUBLE;
    "coffeescript" "CoffeeScript" = HASH, ids "coffee", ext "coffee cson iced", files "cakefile",
        run "coffee", block Some(("###", "###")), indent true;
    "crystal" "Crystal" = HASH, ids "cr", ext "cr", run "crystal";
    "cython" "Cython" = HASH, ids "pyrex", ext "pyx pxd pxi", indent true;
    "elixir" "Elixir" = HASH, ids "iex", ext "ex exs", files "mix.lock", run "elixir iex";
    "fish" "fish" = HASH, ext "fish", run "fish";
    "gdscript" "GDScript" = HASH, ids "gd", ext "gd", indent true;
    "julia" "Julia" = HASH, ids "jl", ext "jl", run "julia", block Some(("#=", "=#")),
        quotes &['"', '`'];
    "lua" "Lua" = DASHES, ids "luau", ext "lua luau rockspec nse wlua", files ".luacheckrc",
        run "lua luajit luau texlua nlua", block Some(("--[[", "]]")), quotes BOTH;
    "mojo" "Mojo" = HASH, ext "mojo", run "mojo", indent true;
    "nim" "Nim" = HASH, ids "nimscript", ext "nim nims nimble", run "nim", indent true,
        block Some(("#[", "]#")), quotes DOUBLE;
    "nushell" "Nushell" = HASH, ids "nu", ext "nu", run "nu", quotes TICKS;
    "perl" "Perl" = HASH, ids "cperl pl", ext "pl pm pod t psgi plx", files "cpanfile", run "perl";
    "powershell" "PowerShell" = HASH, ids "ps1 pwsh", ext "ps1 psm1 psd1 pssc psrc",
        run "pwsh powershell", block Some(("<#", "#>"));
    "r" "R" = HASH, ids "ess-r rlang rscript", ext "r rprofile rt", run "rscript r littler",
        files ".rprofile .rhistory", quotes TICKS;
    "raku" "Raku" = HASH, ids "perl6", ext "raku rakumod rakutest p6 pl6 pm6",
        run "raku rakudo perl6", quotes DOUBLE;
    "ruby" "Ruby" = HASH, ids "rb enh-ruby jruby", run "ruby jruby truffleruby rake macruby rbx",
        ext "rb rbx rjs gemspec rake ru podspec rbi thor builder",
        files "rakefile gemfile guardfile podfile capfile cheffile hobofile vagrantfile appraisals \
            rantfile berksfile berksfile.lock thorfile puppetfile dangerfile brewfile fastfile \
            appfile deliverfile matchfile snapfile steepfile .irbrc .pryrc .simplecov",
        block Some(("=begin", "=end")), quotes TICKS;
    "shellscript" "Shell" = HASH,
        ids "sh bash zsh ksh shell shell-script csh tcsh dash ash console shell-session \
            shellsession sh-session bash-session pkgbuild ebuild bats",
        ext "sh bash zsh ksh csh tcsh ebuild eclass \
            bats zsh-theme command",
        files ".bashrc .bash_profile .bash_login .bash_logout .bash_aliases .bash_history .profile \
            .zshrc .zshenv .zprofile .zlogin .zlogout .zsh_history .kshrc .cshrc .tcshrc .login \
            .xinitrc .xsession .xprofile .envrc bashrc zshrc zshenv zprofile profile pkgbuild \
            apkbuild gradlew mvnw configure .hushlogin bash.bashrc",
        run "sh bash zsh ksh dash ash mksh pdksh rbash csh tcsh yash oksh bats nix-shell",
        quotes TICKS;
    "tcl" "Tcl" = HASH, ids "ect", ext "tcl tk itcl exp tm", run "tclsh wish expect",
        quotes DOUBLE;
    "vim" "Vim script" = NONE, ids "viml vimrc vimscript nvim", ext "vim vimrc nvimrc exrc",
        files ".vimrc .gvimrc _vimrc .exrc vimrc .ideavimrc", run "vim nvim", line Some("\""),
        quotes &['\''];
    "applescript" "AppleScript" = DASHES, ext "applescript scpt", run "osascript", block PARENS;
    "starlark" "Starlark" = HASH, ids "bzl bazel buck tiltfile", ext "bzl bazel star sky",
        files "BUILD WORKSPACE BUCK tiltfile", indent true;
    "sed" "sed" = HASH, ext "sed", run "sed gsed", quotes &[];
    "jq" "jq" = HASH, ext "jq", run "jq", quotes DOUBLE;

    // Functional and logic.
    "agda" "Agda" = DASHES, ids "agda2", ext "agda", block BRACES, indent true;
    "clojure" "Clojure" = LISP,
        ids "clj clojurescript clojurec clojuredart edn", ext "clj cljs cljc cljx cljd edn boot bb",
        run "clojure clj bb planck lumo";
    "commonlisp" "Common Lisp" = LISP, ids "lisp common-lisp", ext "lisp lsp asd",
        run "sbcl clisp ecl ccl", block PIPES;
    "coq" "Rocq" = NONE, ids "rocq", ext "coq", block PARENS, quotes DOUBLE;
    "dhall" "Dhall" = DASHES, ext "dhall", block BRACES;
    "elm" "Elm" = DASHES, ext "elm", block BRACES, indent true;
    "elisp" "Emacs Lisp" = LISP, ids "emacs-lisp lisp-interaction emacslisp lisp-data",
        ext "el", files ".emacs .spacemacs cask eask", run "emacs";
    "erlang" "Erlang" = PERCENT, ids "erl", ext "erl hrl escript xrl yrl",
        files "rebar.config rebar.lock", run "escript", quotes BOTH;
    "fennel" "Fennel" = LISP, ext "fnl", run "fennel";
    "gleam" "Gleam" = C_LIKE, ext "gleam", block None, quotes DOUBLE;
    "haskell" "Haskell" = DASHES, ids "hs literate-haskell lhaskell haskell-literate",
        ext "hs hs-boot hsc lhs", run "runghc runhaskell stack", block BRACES, indent true;
    "cabal" "Cabal" = DASHES, ids "haskell-cabal cabalproject", ext "cabal", indent true;
    "idris" "Idris" = DASHES, ids "idris2", ext "idr lidr", block BRACES, indent true;
    "janet" "Janet" = HASH, ext "janet jdn", run "janet", quotes DOUBLE;
    "lean4" "Lean" = DASHES, ids "lean lean3", ext "lean", run "lean", block Some(("/-", "-/")),
        indent true;
    "ocaml" "OCaml" = NONE, block PARENS, quotes DOUBLE, run "ocaml ocamlrun utop",
        ids "tuareg caml ml ocaml.interface ocaml.ocamllex ocaml.menhir neocaml ocaml-interface \
            ocamlinterface ocamllex menhir",
        ext "ml mli mll mly eliom", files ".ocamlinit";
    "dune" "Dune" = LISP, ids "dune-project", files "dune dune-project dune-workspace";
    "prolog" "Prolog" = PERCENT, ids "swipl", ext "pro prolog plt", run "swipl", block STARS,
        quotes BOTH;
    "purescript" "PureScript" = DASHES, ext "purs", block BRACES, indent true;
    "racket" "Racket" = LISP, ext "rkt rktd rktl scrbl", run "racket", block PIPES;
    "scheme" "Scheme" = LISP, ids "guile chicken", ext "scm ss sld sps sls", block PIPES,
        run "guile scheme gosh chibi-scheme";
    "sml" "Standard ML" = NONE, ids "standard-ml", ext "sml sig", block PARENS,
        quotes DOUBLE;
    "wat" "WebAssembly text" = NONE, ids "wast webassembly", ext "wat wast", line Some(";;"),
        block Some(("(;", ";)")), quotes DOUBLE;

    // Older and numeric.
    "abap" "ABAP" = NONE, ext "abap", line Some("\""), quotes &['\'', '`'];
    "ada" "Ada" = DASHES, ids "gpr", ext "ada adb ads gpr";
    "asm" "Assembly" = LISP, ids "assembly nasm gas masm fasm asm-intel-x86-generic asm-collection",
        ext "asm s nasm sx a51";
    "cobol" "COBOL" = NONE, ext "cob cbl cobol ccp", line Some("*>"), quotes BOTH;
    "fortran" "Fortran" = NONE, line Some("!"), quotes BOTH,
        ids "f90 fortranfreeform fortran-modern fortran-fixed-form fortranfixedform",
        ext "f f77 f90 f95 f03 f08 f18 for ftn fpp";
    "matlab" "MATLAB" = PERCENT, ids "octave", ext "mlx matlab", run "octave matlab",
        block Some(("%{", "%}")), quotes DOUBLE;
    "pascal" "Pascal" = C_LIKE, ids "delphi objectpascal opascal", block Some(("{", "}")),
        ext "pas dpr dpk lpr lfm dfm", run "instantfpc", quotes &['\''];
    "vb" "Visual Basic" = NONE, ids "visual-basic basic vbnet vba vbs freebasic",
        ext "vb bas vbs vba brs", run "cscript", line Some("'"), quotes DOUBLE;
    "vhdl" "VHDL" = DASHES, ext "vhd vhdl vho";

    // The web.
    "astro" "Astro" = COMPONENT, ext "astro";
    "blade" "Blade" = HTML, ids "laravel-blade", ext "blade.php", block Some(("{{--", "--}}"));
    "css" "CSS" = C_LIKE, ids "postcss tailwindcss", ext "css pcss postcss wxss", line None;
    "django-html" "Django template" = HTML, ids "htmldjango django django-txt", block TEMPLATE;
    "ejs" "EJS" = HTML, ids "embedded-template", ext "ejs", block ERB;
    "erb" "ERB" = HTML, ids "eruby html.erb rhtml", ext "erb rhtml", block ERB;
    "haml" "Haml" = NONE, ext "haml", line Some("-#"), quotes BOTH, indent true;
    "handlebars" "Handlebars" = HTML, ids "mustache hbs html.handlebars html.mustache glimmer",
        ext "hbs handlebars hjs mustache", block Some(("{{!--", "--}}"));
    "phoenix-heex" "HEEx" = HTML, ids "heex eex html-eex eelixir surface", ext "heex eex leex sface",
        block Some(("<%!--", "--%>"));
    "html" "HTML" = HTML, ids "xhtml mhtml webc sgml superhtml html-tt",
        ext "html htm xhtml shtml xht mdoc jsp asp aspx jshtm volt ng webc";
    "jinja" "Jinja" = HTML, ids "jinja2 jinja-html html-jinja nunjucks njk tera askama",
        ext "jinja jinja2 j2 njk nunjucks tera", block TEMPLATE;
    "less" "Less" = C_LIKE, ids "less-css", ext "less";
    "liquid" "Liquid" = HTML, ext "liquid",
        block Some(("{% comment %}", "{% endcomment %}"));
    "pug" "Pug" = NONE, ids "jade", ext "pug jade", line Some("//-"), quotes TICKS, indent true;
    "razor" "Razor" = HTML, ids "aspnetcorerazor cshtml blazor", ext "cshtml razor",
        block Some(("@*", "*@"));
    "sass" "Sass" = C_LIKE, ids "ssass", ext "sass", indent true;
    "scss" "SCSS" = C_LIKE, ext "scss";
    "slim" "Slim" = NONE, ext "slim", line Some("/"), quotes BOTH, indent true;
    "stylus" "Stylus" = C_LIKE, ids "styl", ext "styl", indent true;
    "svelte" "Svelte" = COMPONENT, ext "svelte";
    "templ" "templ" = C_LIKE, ext "templ", quotes TICKS;
    "twig" "Twig" = HTML, ids "html.twig", ext "twig", block TEMPLATE;
    "vue" "Vue" = COMPONENT, ids "vue-html", ext "vue nvue";

    // Data and configuration.
    "csv" "CSV" = NONE, ids "tsv csv-semicolon rainbow-csv", ext "csv tsv psv", quotes DOUBLE;
    "capnp" "Cap'n Proto" = HASH, ids "capnproto", ext "capnp", quotes DOUBLE;
    "cue" "CUE" = C_LIKE, ext "cue", block None;
    "dotenv" ".env" = HASH, ids "env properties.dotenv", ext "env", files ".env .flaskenv",
        secret true;
    "graphql" "GraphQL" = HASH, ids "gql", ext "graphql gql graphqls", quotes DOUBLE;
    "hocon" "HOCON" = HASH, ext "hocon", quotes DOUBLE;
    "ini" "INI" = NONE, ids "dosini confini systemd desktop conf-windows", line Some(";"),
        quotes DOUBLE,
        ext "ini inf service socket timer target mount desktop network container",
        files ".pylintrc setup.cfg tox.ini .flake8 .coveragerc";
    "json" "JSON" = NONE, ids "js-json json-ld jsonld geojson sarif", quotes DOUBLE,
        ext "json bowerrc webmanifest js.map css.map ts.map har jslintrc jsonld geojson ipynb avsc \
            tfstate topojson sarif mcmeta gltf",
        files "composer.lock pipfile.lock flake.lock deno.lock package-lock.json .watchmanconfig \
            .all-contributorsrc .htmlhintrc";
    "jsonc" "JSON with comments" = C_LIKE, ids "json-with-comments",
        ext "jsonc code-workspace code-snippets sublime-project sublime-settings hujson swcrc babelrc \
            eslintrc jshintrc jscsrc hintrc",
        files ".eslintrc.json tsconfig.json jsconfig.json devcontainer.json .devcontainer.json \
            language-configuration.json api-extractor.json tslint.json .ember-cli .auto-changelog \
            turbo.json", quotes DOUBLE;
    "json5" "JSON5" = C_LIKE, ext "json5", files "renovate.json5";
    "jsonl" "JSON Lines" = NONE, ids "ndjson jsonlines", ext "jsonl ndjson jsonlines", quotes DOUBLE;
    "jsonnet" "Jsonnet" = C_LIKE, ext "jsonnet libsonnet";
    "kdl" "KDL" = C_LIKE, ext "kdl", quotes DOUBLE;
    "nix" "Nix" = HASH, ext "nix", block STARS, quotes DOUBLE;
    "pkl" "Pkl" = C_LIKE, ext "pkl pcf", quotes DOUBLE;
    "prisma" "Prisma" = C_LIKE, ext "prisma", block None;
    "properties" "Properties" = HASH, quotes DOUBLE,
        ids "conf cfg jproperties java-properties git-config gitconfig git-attributes gitattributes \
            editorconfig gitmodules conf-unix conf-javaprop conf-space conf-colon ssh-config \
            sshconfig sshclientconfig sshdconfig tmux hyprlang",
        ext "properties cfg conf directory prefs gitconfig gitattributes gitmodules editorconfig",
        files ".gitconfig .gitattributes .gitmodules .editorconfig .npmrc .yarnrc .inputrc \
            .wgetrc .curlrc .tmux.conf .condarc sshd_config ssh_config .hgrc";
    "proto" "Protocol Buffers" = C_LIKE, ids "proto3 protobuf proto2", ext "proto";
    "textproto" "Protobuf text" = HASH, ids "pbtxt prototext protobuf-text",
        ext "textproto pbtxt txtpb prototxt";
    "ron" "RON" = C_LIKE, ext "ron", quotes DOUBLE;
    "smithy" "Smithy" = C_LIKE, ext "smithy", block None;
    "sql" "SQL" = DASHES, block STARS, quotes BOTH,
        ids "mysql pgsql plsql postgres postgresql sqlite sqlite3 tsql mssql psql bigquery snowflake \
            ms-sql duckdb",
        ext "sql ddl dml pgsql psql plsql pks pkb ddlx prc udf";
    "terraform" "Terraform" = HASH, ids "hcl tf terraform-vars tfvars opentofu terraform-stack nomad packer",
        ext "tf tfvars hcl tofu nomad", files ".terraformrc terraform.rc", block STARS,
        quotes DOUBLE;
    "thrift" "Thrift" = C_LIKE, ext "thrift";
    "toml" "TOML" = HASH, ids "",
        ext "toml", files "cargo.lock poetry.lock uv.lock pdm.lock pipfile gopkg.lock \
            .rustfmt.toml";
    "xml" "XML" = MARKUP, ids "nxml svg xsd wsdl plist msbuild dtd xaml resx",
        ext "xml xsd svg rss atom plist csproj vbproj fsproj vcxproj props targets wsdl xaml \
            axaml resx nuspec pom xib storyboard iml xliff xlf gpx kml opml jelly slnx wxs tld dtd ui \
            qrc rng",
        files "web.config app.config";
    "xsl" "XSLT" = MARKUP, ids "xslt", ext "xsl xslt";
    "yaml" "YAML" = HASH, indent true,
        ids "yml dockercompose docker-compose yaml.ansible ansible github-actions-workflow \
            azure-pipelines helm helm-values home-assistant cloudformation openapi gitlab",
        ext "yaml yml cff eyaml eyml sublime-syntax clang-format clang-tidy clangd",
        files ".clang-format .clang-tidy .clangd .gemrc .prettierrc pubspec.lock podfile.lock \
            pnpm-lock.yaml .yamllint";

    // Building and operating.
    "bitbake" "BitBake" = HASH, ext "bbappend bbclass";
    "caddyfile" "Caddyfile" = HASH, files "caddyfile", ext "caddyfile", quotes DOUBLE;
    "cmake" "CMake" = HASH, ids "cmake-cache", ext "cmake", files "cmakelists.txt cmakecache.txt",
        block Some(("#[[", "]]")), quotes DOUBLE;
    "dockerfile" "Dockerfile" = HASH, ids "docker containerfile docker-file",
        ext "dockerfile containerfile", files "dockerfile containerfile";
    "earthfile" "Earthfile" = HASH, ids "earthly", ext "earth", files "earthfile";
    "go.mod" "Go module" = C_LIKE, ids "gomod go.work gowork go-dot-mod go-mod go-work go-dot-work",
        files "go.mod go.work go.sum go.work.sum", block None, quotes TICKS;
    "gotmpl" "Go template" = HTML, ids "go-template gohtmltmpl gotexttmpl gohtml", ext "gotmpl gohtml go.tmpl",
        block Some(("{{/*", "*/}}"));
    "ignore" "Ignore file" = HASH, ids "gitignore git-ignore ignorefile dockerignore",
        ext "gitignore npmignore dockerignore eslintignore prettierignore",
        files ".gitignore .ignore .rgignore .dockerignore .npmignore .hgignore .foretypeignore \
            .eslintignore .prettierignore .helmignore .vscodeignore .gcloudignore",
        quotes &[];
    "just" "Just" = HASH, files "justfile .justfile", ext "just", run "just", indent true,
        quotes TICKS;
    "makefile" "Makefile" = HASH, indent true,
        ids "make makefile-gmake makefile-bsdmake makefile-automake makefile-makepp automake \
            makefile-imake gnumakefile",
        ext "mk mak make am", files "makefile gnumakefile bsdmakefile kbuild", run "make gmake";
    "meson" "Meson" = HASH, files "meson.build meson_options.txt meson.options", quotes &['\''];
    "nginx" "nginx" = HASH, files "nginx.conf", ext "nginx nginxconf";
    "ninja" "Ninja" = HASH, ext "ninja", quotes &[];
    "puppet" "Puppet" = HASH, ext "pp", run "puppet";
    "rego" "Rego" = HASH, ids "opa", ext "rego", quotes &['"', '`'];
    "pip-requirements" "pip requirements" = HASH, ids "requirements", quotes DOUBLE,
        files "requirements.txt requirements-dev.txt dev-requirements.txt constraints.txt requirements.in";
    "kconfig" "Kconfig" = HASH, files "kconfig", quotes DOUBLE, indent true;
    "dts" "Device tree" = C_LIKE, ids "devicetree", ext "dts dtsi dtso", quotes DOUBLE;
    "llvm" "LLVM IR" = LISP, ids "llvm-ir", ext "ll";
    "gherkin" "Gherkin" = HASH, ids "cucumber feature", ext "feature", indent true, quotes DOUBLE;
    "robotframework" "Robot Framework" = HASH, ids "robot", ext "robot", indent true, quotes &[];
    "http" "HTTP" = HASH, ids "rest hurl restclient", ext "http rest hurl", quotes DOUBLE;

    // Words.
    "asciidoc" "AsciiDoc" = NONE, ids "adoc asciidoctor", ext "adoc asciidoc", line Some("//"),
        block Some(("////", "////"));
    "bibtex" "BibTeX" = PERCENT, ids "bib biblatex", ext "bib";
    "diff" "Diff" = HASH, ids "patch udiff", ext "diff patch rej", quotes &[];
    "dot" "Graphviz" = C_LIKE, ids "graphviz graphviz-dot", ext "dot gv", quotes DOUBLE;
    "git-commit" "Git commit message" = HASH, quotes &[],
        ids "gitcommit git-commit-message scminput vc-git-log-edit jjdescription",
        files "COMMIT_EDITMSG MERGE_MSG SQUASH_MSG TAG_EDITMSG NOTES_EDITMSG";
    "git-rebase" "Git rebase list" = HASH, ids "gitrebase git-rebase-todo",
        files "git-rebase-todo", quotes &[];
    "latex" "LaTeX" = PERCENT, ids "plaintex context rsweave rnoweb doctex latex-math",
        ext "tex ltx ctx latex rnw dtx tikz";
    "log" "Log" = NONE, ext "log";
    "markdown" "Markdown" = PROSE,
        ids "md gfm pandoc vimwiki markdoc telekasten prompt instructions chatagent skill \
            juliamarkdown markdown-rustdoc",
        ext "md mkd mdwn mdown markdown markdn mdtxt mdtext mdc workbook jmd";
    "mdx" "MDX" = PROSE, ids "markdown.mdx", ext "mdx", block Some(("{/*", "*/}"));
    "mermaid" "Mermaid" = NONE, ids "mmd", ext "mmd mermaid", line Some("%%"), quotes DOUBLE;
    "org" "Org" = HASH, ids "orgmode", ext "org", quotes &[];
    "plantuml" "PlantUML" = NONE, ids "puml", ext "puml plantuml iuml wsd", line Some("'"),
        block Some(("/'", "'/")), quotes DOUBLE;
    "po" "gettext" = HASH, ids "gettext", ext "po pot", quotes DOUBLE;
    "quarto" "Quarto" = PROSE, ids "qmd", ext "qmd";
    "restructuredtext" "reStructuredText" = NONE, ids "rst", ext "rst", line Some(".."),
        indent true;
    "rmd" "R Markdown" = PROSE, ids "rmarkdown markdown+r poly-markdown+r", ext "rmd rmarkdown";
    "tex" "TeX" = PERCENT, ids "plain-tex", ext "sty cls bbx cbx";
    "typst" "Typst" = C_LIKE, ids "typ", ext "typ", quotes DOUBLE;
    "vimdoc" "Vim help" = NONE, ids "help vimhelp checkhealth";
}
