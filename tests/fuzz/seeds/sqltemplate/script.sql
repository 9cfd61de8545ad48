SELECT 'a;b', $$x;y$$; /* c /* d */ */ INSERT INTO t VALUES (E'\'', U&"a\0041");
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;