"""How CSV files of many programs are written is found out."""

import re

import pytest

from aecore.data.limits import Refused
from aecore.data.tables.chunks import open_table
from aecore.data.tables.dialect import Dialect, find_dialect

ROWS = [("Anna", "1.5", "3"), ("Bert", "2.25", "4"), ("Cora", "-0.5", "5")]


def written(delimiter=",", header="name,x,n", decimal="."):
    lines = [header.replace(",", delimiter)] if header else []
    lines += [delimiter.join(c.replace(".", decimal) for c in row) for row in ROWS]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("header", ["name,x,n", ""])
def test_delimiter_and_header_are_found(delimiter, header):
    found = find_dialect(written(delimiter, header).encode())
    assert (found.delimiter, found.header) == (delimiter, bool(header))


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")],
)
def test_encodings_with_a_mark_or_of_utf8_are_found(encoding, expected):
    content = "Größe;Ort\n1,5;Köln\n2,5;Würzburg\n".encode(encoding)
    found = find_dialect(content)
    assert (found.encoding, found.delimiter, found.decimal) == (expected, ";", ",")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Name;Größe\nMüller;1,5\n"),
        ("cp1252", "Ort,Wert\nKöln,1\nUlm,2\n"),
        ("cp1252", "país,año\nEspaña,2020\n"),
        ("cp1252", "région;été\nl’Île-d’Yeu;1,5\n"),
        ("cp1252", "by;næring\nTromsø;3\nÅlesund;4\n"),
        ("cp1250", "miasto;wartość\nŁódź;1,5\nGdańsk;2\nWrocław;5\n"),
        ("cp1251", "город;значение\nМосква;1,5\n"),
        ("cp1253", "πόλη;τιμή\nΑθήνα;1,5\n"),
        ("cp932", "都市,値\n東京,1\n大阪,2\n"),
        ("gb18030", "城市,数值\n北京,1\n上海,2\n"),
        ("cp949", "도시,값\n서울,1\n부산,2\n"),
        ("mac_roman", "Name;Größe\nMüller;1,5\n"),
        ("cp850", "Name;Größe\nMüller;1,5\n"),
    ],
)
def test_a_short_file_in_an_old_encoding_is_read_as_it_was_written(encoding, text):
    assert find_dialect(text.encode(encoding)).encoding == encoding


@pytest.mark.parametrize("encoding", ["cp1252", "shift_jis", "cp1251", "gb18030"])
def test_text_in_old_encodings_is_read_as_it_was_written(encoding):
    words = {
        "cp1252": "Größe;Straße;Äpfel für Köln",
        "shift_jis": "名前;都市;東京は日本の首都です",
        "cp1251": "имя;город;Москва столица России",
        "gb18030": "姓名;城市;北京是中国的首都",
    }[encoding]
    content = "\n".join([words] * 40).encode(encoding)
    assert content.decode(find_dialect(content).encoding).startswith(words)


@pytest.mark.parametrize(
    ("cells", "decimal", "thousands"),
    [
        (["1.5", "2.25", "3"], ".", ""),
        (["1,5", "2,25", "3"], ",", ""),
        (["1.234,5", "12.345.678,25", "3"], ",", "."),
        (["1,234.5", "12,345,678.25", "3"], ".", ","),
        (["1 234,5", "12 345,25", "3"], ",", " "),
        (["1'234.5", "12'345.25", "3"], ".", "'"),
        (["1\u00a0234,5", "12\u00a0345,25", "3"], ",", " "),
        (["1\u202f234", "12\u202f345", "3"], ",", " "),
        (["1\u2019234.5", "12\u2019345.25", "3"], ".", "'"),
        (["\u22121,5", "2,25", "3"], ",", ""),
        (["1e-3", "2.5E+4", "-.5"], ".", ""),
        (["1", "2", "3"], ".", ""),
        (["1,234", "0,125", "12,500"], ",", ""),
        (["(1,234.50)", "12,345.25", "3"], ".", ","),
        (["1.234,50-", "12.345,25", "3-"], ",", "."),
        (["1,23,456.50", "12,34,567", "3"], ".", ","),
        (["12,5 %", "2,25 %", "3 %"], ",", ""),
        (["$1,234.50", "-$12,345.00", "$3"], ".", ","),
        (["1.234,50 €", "12.345,00 €", "3,00 €"], ",", "."),
        (["1,234", "2,500", "3"], ",", ""),  # in doubt: fields are cut by semicolons
    ],
)
def test_how_numbers_are_written_is_found(cells, decimal, thousands):
    content = "name;value\n" + "".join(f"a;{cell}\n" for cell in cells)
    found = find_dialect(content.encode())
    assert (found.decimal, found.thousands) == (decimal, thousands)


@pytest.mark.parametrize(
    ("delimiter", "cells", "decimal", "thousands"),
    [
        (";", ["48.100", "11.500", "9.250"], ".", ""),  # degrees to three decimals
        ("\t", ["48,100", "11,500", "9,250"], ",", ""),
        (";", ["1.234", "567", "12.500"], ",", "."),  # a count: 567 is below a thousand
        (";", ["1.234", "1.234.567", "12.500"], ",", "."),
        (";", ["1.234", "0,5", "12.500"], ",", "."),
        (",", ['"1,234"', '"2,500"', '"12,500"'], ".", ","),
    ],
)
def test_three_digits_behind_a_mark_are_a_thousand_only_if_something_tells(
    delimiter, cells, decimal, thousands
):
    content = f"n{delimiter}x\n" + "".join(f"a{delimiter}{cell}\n" for cell in cells)
    found = find_dialect(content.encode())
    assert (found.decimal, found.thousands) == (decimal, thousands)


def test_delimiters_in_quotes_are_no_delimiters():
    content = b'name;place\n"Koch; Anna";"Bonn, am Rhein"\n"Lang; Bert";"Ulm, an der Donau"\n'
    assert find_dialect(content).delimiter == ";"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("", "{0},0;1000,{0};40,{0}"),
        ("", "0{0}.01.2024;21,{0};45,6"),
        ("Temp, C;Druck, hPa;Feuchte, %\n", "{0},5;1000,5;40,5"),
        ("a;b\n", "{0},5;4,5;"),
        ("Wert\n", "25,{0}3"),
    ],
)
def test_decimal_commas_do_not_cut(header, row):
    content = header + "".join(row.format(number) + "\n" for number in range(1, 10))
    found = find_dialect(content.encode())
    assert (found.delimiter, found.decimal, found.header) == (";", ",", bool(header))


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("", "{0}.5,fine; dry,3"),
        ("", "Anna,1;2;3,{0}.5"),
        ("", "{0},5"),
        ("Sensor 12\nx,y\n", "{0},18"),
        ("# generated today\nx,y\n", "{0},4"),
        ('"Temp\n(C)","Druck"\n', "{0},0"),
        ("x;y\n", "{0},2"),
        ("id,ms\n", "{0},1;2;3"),
    ],
)
def test_commas_cut_where_nothing_cuts_better(header, row):
    content = header + "".join(row.format(number) + "\n" for number in range(1, 10))
    assert find_dialect(content.encode()).delimiter == ","


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n \n", "empty"),
        (b"a,b\n\0\0\n", "NUL"),
        (b"a" * 2_000_000, "first line is longer"),
    ],
)
def test_what_is_no_table_is_refused(content, reason):
    with pytest.raises(Refused, match=reason):
        find_dialect(content)


@pytest.mark.parametrize(
    ("first", "row", "header"),
    [
        ("country,2019,2020,2021", "Peru{0},{0}5,{0}7,{0}9", True),
        ("0,1,2", "{0}.5,-{0}.25,{0}", True),  # as pandas counts
        (",0,1,2", "{0},{0}.5,-{0}.25,x", True),
        ("name,x,y,2019", "Anna,{0}.5,{0},{0}", True),
        ("0,1,2", "{0},1,2", False),
        ("1,2,3", "{0},2,1", False),
        ("0.5,1,2", "{0}.5,{0},7", False),
        ("NA,1.5,2.5", "{0},{0}.5,{0}", False),
        ("Anna,1,2.5", "Bert,{0},{0}.5", False),
        ("weight,2019", "{0} kg,{0}", True),
        ("weight,100 m", "{0} kg,{0}.5 s", True),
        ("3 Feb,4 Feb", "{0} kg,{0}.5 kg", True),
    ],
)
def test_names_may_be_numbers(first, row, header):
    content = first + "\n" + "".join(row.format(number) + "\n" for number in range(1, 9))
    assert find_dialect(content.encode()).header == header


def test_rows_that_count_up_have_no_header():
    assert not find_dialect(b"1,2,3\n4,5,6\n7,8,9\n").header


def test_a_matrix_of_distances_has_no_header():
    places = range(12)
    rows = [",".join(str(abs(one - other)) for other in places) for one in places]
    assert not find_dialect("\n".join(rows).encode()).header
    rows = ["," + ",".join(map(str, places))]  # with names, as pandas writes it
    rows += [f"{one}," + ",".join(str((one - other) ** 2) for other in places) for one in places]
    assert find_dialect("\n".join(rows).encode()).header


LOGGED = "2024-01-01 00:0{0}:00,2{0}.5,4{0}.25\n"


@pytest.mark.parametrize(
    ("above", "row", "skip"),
    [
        ("\n\na,b\n", "{0}.5,{0}\n", 2),
        ("sep=;\na;b\n", "{0},5;{0},25\n", 1),
        ("Logger: TR-7\r\nSerial, 12\r\n\r\nDate,Temp,Hum\r\n", LOGGED, 3),
        ("# Logger: TR-7\n# Start: 2024-01-01\nDate,Temp,Hum\n", LOGGED, 2),
        ("#group,false,true\n#datatype,long,double\nDate,Temp,Hum\n", LOGGED, 2),
        ("# written by NumPy\n# a,b\n", "{0}.5,{0}\n", 1),
        ('"Line 4"\n"2024-01-01"\n"Time";"P1";"P2"\n', '"0:0{0}";"1,{0}";"2,{0}"\n', 2),
        ('"x","y"\n', '"{0}",1.5,2.25\n', 0),
        ("a,b,c\n", "{0},5\n", 0),
        ("#,name\n", "{0},Anna\n", 0),
        ("name,city\n", "Anna{0},Berlin{0},\n", 0),
        ("Name;Ort\n", "N{0};O{0};\n", 0),
        ("name,age\nAnna,,\n", "B{0},20,\n", 0),
        ("Datum;Wert\n01.01.2024;;\n", "0{0}.01.2024;{0},5;\n", 0),
        ("Logger TR-7\nTemp,\n", "{0},\n", 1),
        ("Logger, TR-7\nDate,Temp,Hum,\n", LOGGED.replace("\n", ",\n"), 1),
        ("#id,name,n\n", "#{0},Anna,{0}\n", 0),
        ("#tag,n\n#t0,0\n,3\n", "#t{0},{0}\n", 0),
    ],
)
def test_lines_above_the_table_are_skipped(above, row, skip):
    content = above + "".join(row.format(number) for number in range(1, 9))
    found = find_dialect(content.encode())
    assert (found.skip, found.header) == (skip, True)


@pytest.mark.parametrize(
    ("first", "row"),
    [
        ("", "#30{0}8ff,{0}\n"),
        ("Land,2019,2020\n", "L{0},{0},{0},\n"),
        ("2024-01-01,5\n", "2024-01-0{0},{0},{0}.5\n"),
        ("Anna,,\n", "Bert,{0},{0}.5\n"),
        ("1,NA,NA,NA\n", "{0},{0}.5,2.2,4\n"),
        ("1,?,?\n", "{0},{0}.5,2.2\n"),
        ("1.5,nan,nan\n", "{0}.5,{0},2\n"),
        ("NA,NA\n", "{0},{0}.5,7\n"),
        ("5 kg,20 °C\n", "{0} kg,-{0}.5 °C\n"),
        ("Anna,$7\n", "Bert,${0}\n"),
        ("NA,7 %\n", "{0} kg,{0}.5 %\n"),
    ],
)
def test_no_row_of_a_table_without_names_is_lost(first, row):
    content = first + "".join(row.format(number) for number in range(1, 9))
    found = find_dialect(content.encode())
    assert (found.skip, found.header) == (0, False)


MEASURED = "{0}.5,0.0{0},-{0}.25\n"


@pytest.mark.parametrize(
    ("above", "row", "skip", "header"),
    [
        ("t,U,I\ns,V,mA\n", MEASURED, 0, 2),
        ("Time,Channel A,Channel B\n(ms),(V),(V)\n\n", MEASURED, 0, 2),  # PicoScope
        ("x-axis,1,2\nsecond,Volt,Volt\n", MEASURED, 1, 1),  # Keysight
        ("X,CH1,Start,Increment\nSequence,Volt,-3e-03,1e-06\n", "{0},{0}.5,,\n", 0, 2),  # Rigol
        ("name,temp\n,[°C]\n", "p{0},2{0}.5\n", 0, 2),
        ("Zeit;T;F\n;°C;%\n", "0{0}.01.2024;{0},5;{0}\n", 0, 2),
        (  # Campbell Scientific
            '"TOA5","Station1","CR1000","12","Std.32","CPU:a.CR1","5","Hourly"\n'
            '"TIMESTAMP","Batt","Temp"\n"TS","Volts","Deg C"\n"","Min","Avg"\n',
            LOGGED, 1, 3,
        ),
        ("time,lat,sst\nUTC,degrees_north,degree_C\n", LOGGED, 0, 2),  # ERDDAP
        ("Price,Close,High\nTicker,AAPL,AAPL\nDate,,\n", LOGGED, 0, 3),  # yfinance
        ('Start,Q1,Q2\n"Begun\nat, UTC","How, now?",Age\n"{{""Id"":1}}",q1,q2\n', LOGGED, 0, 3),
        ("lat,lon,height,zone\n52.5,13.4,38.0,GMT\n\ntime,°C,mm\n", LOGGED, 3, 1),  # Open-Meteo
        ("Points,8\nInterval,1e-6\nUnits,V\nModel,SDS\n\nSecond,Volt\n", "{0},{0}.5\n", 5, 1),
        ("MODEL,1\n#1,0\nTime,Ampl\n", "{0},{0}.5\n", 2, 1),  # LeCroy
    ],
)  # fmt: skip
def test_rows_about_the_columns_are_no_values(above, row, skip, header):
    content = above + "".join(row.format(number) for number in range(1, 10)) * 3
    found = find_dialect(content.encode())
    assert (found.skip, found.header) == (skip, header)
    table = open_table(content.encode())
    (cells,) = table.chunks()
    assert len(cells) == 27 <= table.about()  # which counts a blank line, too
    assert cells[0][0] == re.split("[,;]", row.format(1))[0]


@pytest.mark.parametrize(
    "first",
    [
        "Anna,unknown,unknown",  # the same word for a missing value
        "Anna,no signal,error",  # words that come again
        "Anna,,7.5",
        "Anna,< 5,<1",
        "Anna,n/a,-",
    ],
)
def test_a_row_whose_values_are_missing_is_a_row(first):
    content = f"name,temp,humidity\n{first}\n"
    content += "".join(f"B{number},{number}.5,{number}\n" for number in range(20))
    content += "Cora,no signal,7\nDora,3,error\n"
    found = find_dialect(content.encode())
    assert (found.skip, found.header) == (0, 1)


def test_it_is_kept_as_json():
    found = Dialect("cp1252", ";", "'", 2, ",", ".", 3)
    assert Dialect.from_dict(found.to_dict()) == found
    older = {name: value for name, value in found.to_dict().items() if name != "skip"}
    assert Dialect.from_dict(older).skip == 0
