// Searching the exported site (journal/editions/site/search_index.py): no server, no fetch, so that it works from a disk.
(function () {
  "use strict";

  var CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007";
  var RUN = new RegExp("[" + CJK + "]+|[a-z0-9\u00c0-\u024f]+", "g");
  var MOST = 60; // candidates whose texts are looked through
  var AROUND = 30; // characters before a hit
  var loaded = {};
  var waiting = {};

  function normalize(text) {
    return text.normalize("NFKC").toLowerCase();
  }

  // The scripts of the index call this.
  window.journalSearch = function (kind, number, content) {
    loaded[kind + number] = content;
    if (kind === "articles") {
      loaded.articles = { shards: number, rows: content };
    }
  };

  function load(file, key) {
    if (!waiting[file]) {
      waiting[file] = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = file;
        script.onload = function () { resolve(loaded[key]); };
        script.onerror = reject;
        document.head.appendChild(script);
      });
    }
    return waiting[file];
  }

  function terms(query) {
    var found = [];
    var pattern = /([-－])?(?:["“”]([^"“”]*)["“”]|([^\s"“”]+))/g;
    var match = pattern.exec(query);
    while (match) {
      var text = normalize(match[2] || match[3] || "").trim();
      if (text.match(RUN)) {
        found.push({ text: text, minus: Boolean(match[1]) });
      }
      match = pattern.exec(query);
    }
    return found;
  }

  function tokens(text) {
    var out = [];
    (text.match(RUN) || []).forEach(function (run) {
      if (!new RegExp("^[" + CJK + "]").test(run)) {
        out.push({ token: run, prefix: false });
      } else if (run.length === 1) {
        out.push({ token: run, prefix: true });
      } else {
        for (var place = 0; place < run.length - 1; place += 1) {
          out.push({ token: run.slice(place, place + 2), prefix: false });
        }
      }
    });
    return out;
  }

  function holders(one) {
    var number = one.token.codePointAt(0) % loaded.articles.shards;
    return load("tokens/" + number + ".js", "tokens" + number).then(function (shard) {
      var found = {};
      Object.keys(shard).forEach(function (token) {
        if (token === one.token || (one.prefix && token.indexOf(one.token) === 0)) {
          shard[token].forEach(function (article) { found[article] = true; });
        }
      });
      return found;
    });
  }

  // Words stand together: what parts them in the text (marks, spaces) may differ, as on the server.
  function pattern(text) {
    var runs = text.match(RUN).map(function (run) { return run.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); });
    return new RegExp(runs.join("[^" + CJK + "a-z0-9]*"));
  }

  function passage(text, wanted) {
    var body = text.slice(text.indexOf("\n") + 1);
    var hit = wanted.exec(normalize(body));
    if (!hit || normalize(body).length !== body.length) {
      return null;
    }
    var start = Math.max(hit.index - AROUND, 0);
    var end = Math.min(hit.index + hit[0].length + AROUND * 2, body.length);
    var line = document.createElement("p");
    line.className = "passage";
    line.append((start ? "……" : "") + body.slice(start, hit.index).replace(/\n/g, " "));
    var mark = document.createElement("mark");
    mark.textContent = body.slice(hit.index, hit.index + hit[0].length);
    line.append(mark, body.slice(hit.index + hit[0].length, end).replace(/\n/g, " ") + (end < body.length ? "……" : ""));
    return line;
  }

  function shown(row, text, wanted) {
    var item = document.createElement("article");
    item.className = "hit";
    var where = document.createElement("p");
    where.className = "where";
    where.textContent = row[3];
    var title = document.createElement("h2");
    title.className = "title";
    var link = document.createElement("a");
    link.href = row[1];
    link.textContent = row[2];
    title.append(link);
    item.append(where, title);
    if (row[4]) {
      var by = document.createElement("p");
      by.className = "by kai";
      by.textContent = row[4];
      item.append(by);
    }
    var line = passage(text, wanted[0]);
    if (line) {
      item.append(line);
    }
    return item;
  }

  function tell(words) {
    var count = document.querySelector("[data-count]");
    count.hidden = false;
    count.textContent = words;
    document.querySelector("[data-before]").hidden = true;
  }

  function search(query) {
    var asked = terms(query);
    var wanted = asked.filter(function (term) { return !term.minus; });
    if (!wanted.length) {
      tell("没有可以检索的文字，请输入汉字、字母或数字。");
      return Promise.resolve();
    }
    tell("正在检索……");
    return load("articles.js", "articles").then(function () {
      var all = [].concat.apply([], wanted.map(function (term) { return tokens(term.text); }));
      return Promise.all(all.map(holders));
    }).then(function (sets) {
      var rows = loaded.articles.rows.filter(function (row) {
        return sets.every(function (found) { return found[row[0]]; });
      });
      var more = rows.length > MOST;
      rows = rows.slice(0, MOST);
      return Promise.all(rows.map(function (row) {
        return load("texts/" + row[0] + ".js", "text" + row[0]);
      })).then(function (texts) {
        var patterns = wanted.map(function (term) { return pattern(term.text); });
        var without = asked.filter(function (term) { return term.minus; }).map(function (term) { return pattern(term.text); });
        var hits = rows.map(function (row, place) {
          return { row: row, text: texts[place], place: place };
        }).filter(function (hit) {
          var plain = normalize(hit.text);
          return patterns.every(function (one) { return one.test(plain); })
            && !without.some(function (one) { return one.test(plain); });
        });
        hits.forEach(function (hit) {
          var title = normalize(hit.row[2]);
          hit.titled = patterns.filter(function (one) { return one.test(title); }).length;
        });
        hits.sort(function (one, other) { return other.titled - one.titled || one.place - other.place; });
        var results = document.querySelector("[data-results]");
        results.textContent = "";
        hits.forEach(function (hit) { results.append(shown(hit.row, hit.text, patterns)); });
        tell(hits.length ? "共 " + hits.length + " 篇文章" + (more ? "（只列出前面的，请多写一个词）" : "") : "没有找到“" + query + "”。可以换一个说法，或者只留最要紧的两个字。");
      });
    }).catch(function () {
      tell("检索用的文件没有读到。请刷新页面再试，或者翻往期目录。");
    });
  }

  var query = new URLSearchParams(location.search).get("q") || "";
  if (query.trim()) {
    document.getElementById("q").value = query;
    search(query);
  }
}());
